package io.perennial.spring;

import static io.perennial.spring.Contexts.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.ResilientSession;
import io.perennial.spring.NodePublisherIT.WebServer;
import io.perennial.spring.NodePublisherIT.Worker;
import io.perennial.test.NoLeaks;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;

/** Declarations of nodes that cannot be fulfilled. */
@ExtendWith(NoLeaks.class)
@Tag("essential")
class RefusedNodesIT {
    @AutoClose
    private final Contexts contexts = new Contexts();

    static class Fickle {
        volatile boolean fails;

        @ZooKeeperNode("/fickle")
        String address() {
            if (fails) {
                throw new UnsupportedOperationException("not today");
            }
            return "";
        }
    }

    @Test
    void aStartThatFailsTakesBackWhatItHasPublished() throws Exception {
        AnnotationConfigApplicationContext context = contexts.running(Worker.class, WebServer.class, Fickle.class);
        ResilientSession session = Contexts.connected(context);
        context.stop();
        context.getBean(Fickle.class).fails = true;

        assertThatThrownBy(context::start).hasRootCauseMessage("not today");

        assertThat(context.getBean(PublishedNodes.class).nodes()).isEmpty();
        await().untilAsserted(() -> {
            assertThat(session.report().nodesWanted()).isZero();
            assertThat(contexts.observer.children("/workers")).isEmpty();
        });
    }

    @Lazy
    static class LazyFickle extends Fickle {
        LazyFickle() {
            fails = true;
        }
    }

    @Test
    void aLazyBeanThatIsRefusedIsForgotten() throws Exception {
        AnnotationConfigApplicationContext context = contexts.running(LazyFickle.class);
        Contexts.connected(context);
        assertThatThrownBy(() -> context.getBean(LazyFickle.class)).hasRootCauseMessage("not today");

        context.stop();
        context.start();

        assertThat(context.getBean(PublishedNodes.class).nodes()).isEmpty();
    }

    @Scope(BeanDefinition.SCOPE_PROTOTYPE)
    static class PrototypeWorker extends Worker {}

    @Test
    void refusesAPrototype() {
        AnnotationConfigApplicationContext context = contexts.running(PrototypeWorker.class, WebServer.class);

        assertThatThrownBy(() -> context.getBean(PrototypeWorker.class))
                .hasRootCauseMessage(
                        "bean 'refusedNodesIT.PrototypeWorker' has @ZooKeeperNode but is not a singleton: each of"
                                + " its instances would add to the session what nothing removes again. Make it a"
                                + " singleton, give its scope a proxy, or use the session itself");
    }

    static class Failing {
        @ZooKeeperNode("/fails")
        String broken() {
            throw new UnsupportedOperationException("not today");
        }
    }

    static class Relative {
        @ZooKeeperNode("workers")
        String address() {
            return "";
        }
    }

    static class Unresolved {
        @ZooKeeperNode("/workers/${no.such.property}")
        String address() {
            return "";
        }
    }

    static class UnknownSession {
        @ZooKeeperNode(path = "/workers", session = "stock")
        String address() {
            return "";
        }
    }

    static class Unconvertible {
        @ZooKeeperNode("/workers")
        Worker address() {
            return new Worker();
        }
    }

    static class WithParameter {
        @ZooKeeperNode("/workers")
        String address(String some) {
            return some;
        }
    }

    @ZooKeeperNode("/workers")
    static class NoSupplier {}

    @Test
    void aDeclarationThatCannotBeFulfilledFailsTheStart_andNamesBeanAndMethod() {
        assertStartFails(Failing.class, "bean 'bad', Failing.broken(): it threw", "not today");
        assertStartFails(Relative.class, "bean 'bad', Relative.address(): the path is 'workers'; it must be absolute");
        assertStartFails(
                Unresolved.class,
                "bean 'bad', Unresolved.address(): '/workers/${no.such.property}' cannot be resolved");
        assertStartFails(UnknownSession.class, "bean 'bad', UnknownSession.address(): session 'stock' is neither");
        assertStartFails(
                Unconvertible.class,
                "bean 'bad', Unconvertible.address(): nothing turns io.perennial.spring.NodePublisherIT$Worker into"
                        + " data");
        assertStartFails(
                WithParameter.class, "bean 'bad', WithParameter.address(): a method with @ZooKeeperNode has no");
        assertStartFails(NoSupplier.class, "bean 'bad' has @ZooKeeperNode but is a ");
    }

    private void assertStartFails(Class<?> bean, String... messages) {
        AnnotationConfigApplicationContext context = contexts.context(Worker.class, WebServer.class);
        context.registerBean("bad", bean);
        assertThatThrownBy(context::refresh)
                .satisfies(thrown -> assertThat(messagesOf(thrown)).contains(messages));
    }

    private static String messagesOf(Throwable thrown) {
        var all = new StringBuilder();
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            all.append(cause.getMessage()).append('\n');
        }
        return all.toString();
    }
}
