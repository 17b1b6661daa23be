package io.perennial.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.spring.WatchMethodIT.Prices;
import io.perennial.test.NoLeaks;
import io.perennial.watch.NodeChange;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;

/** Watches of methods that cannot be set. */
@ExtendWith(NoLeaks.class)
@Tag("essential")
class RefusedWatchMethodsIT {
    @AutoClose
    private final Contexts contexts = new Contexts();

    @Scope(BeanDefinition.SCOPE_PROTOTYPE)
    static class PrototypePrices extends Prices {}

    @Test
    void refusesAPrototype() {
        AnnotationConfigApplicationContext context = contexts.running(PrototypePrices.class);

        assertThatThrownBy(() -> context.getBean(PrototypePrices.class))
                .rootCause()
                .hasMessageContaining(
                        "bean 'refusedWatchMethodsIT.PrototypePrices' has @ZooKeeperWatch but is not a singleton");
    }

    static class NoParameter {
        @ZooKeeperWatch("/price")
        void changed() {}
    }

    static class Unconvertible {
        @ZooKeeperWatch("/price")
        void changed(Prices prices) {}
    }

    static class Relative {
        @ZooKeeperWatch("price")
        void changed(String price) {}
    }

    static class NoPath {
        @ZooKeeperWatch
        void changed(String price) {}
    }

    static class UnknownSession {
        @ZooKeeperWatch(path = "/price", session = "stock")
        void changed(Consumer<String> price) {}
    }

    static class BadPath {
        @ZooKeeperWatch("/price//x")
        void changed(NodeChange price) {}
    }

    @Lazy
    static class HalfGood {
        @ZooKeeperWatch("/price")
        @ZooKeeperWatch("nowhere")
        void changed(String price) {}
    }

    @Test
    void aLazyBeanThatIsRefusedWatchesNothing() throws Exception {
        AnnotationConfigApplicationContext context = contexts.running(HalfGood.class);

        assertThatThrownBy(() -> context.getBean(HalfGood.class))
                .hasMessageContaining("'nowhere'; it must be absolute");

        assertThat(Contexts.connected(context).report().watchesWanted()).isZero();
    }

    @Test
    void aWatchThatCannotBeSetFailsTheRefresh_andNamesBeanAndMethod() {
        assertRefreshFails(NoParameter.class, "NoParameter.changed() has 0 parameters; one with @ZooKeeperWatch has");
        assertRefreshFails(
                Unconvertible.class, "Unconvertible.changed(): nothing turns a node's data into io.perennial");
        assertRefreshFails(Relative.class, "Relative.changed(): the path is 'price'; it must be absolute");
        assertRefreshFails(NoPath.class, "NoPath.changed(): the path is ''; it must be absolute");
        assertRefreshFails(UnknownSession.class, "UnknownSession.changed(): session 'stock' is neither");
        assertRefreshFails(BadPath.class, "BadPath.changed(): /price//x cannot be watched: ");
    }

    private void assertRefreshFails(Class<?> bean, String message) {
        AnnotationConfigApplicationContext context = contexts.context();
        context.registerBean("bad", bean);
        assertThatThrownBy(context::refresh)
                .satisfies(thrown -> assertThat(messages(thrown)).contains("bean 'bad', " + message));
    }

    private static String messages(@Nullable Throwable thrown) {
        return thrown == null ? "" : thrown.getMessage() + "\n" + messages(thrown.getCause());
    }
}
