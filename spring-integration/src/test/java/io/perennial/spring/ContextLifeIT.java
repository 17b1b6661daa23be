package io.perennial.spring;

import static io.perennial.spring.Contexts.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.ResilientSession;
import io.perennial.SessionRegistry;
import io.perennial.SessionState;
import io.perennial.test.NoLeaks;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.event.ApplicationEventMulticaster;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.context.support.AbstractApplicationContext;

/** What a context's end, early or late, does to sessions, whoever made them. */
@ExtendWith(NoLeaks.class)
@Tag("essential")
class ContextLifeIT {
    @AutoClose
    private final Contexts contexts = new Contexts();

    private int othersConnections() {
        contexts.observer.exists("/");
        return contexts.server.connectionCount();
    }

    static class Worker {
        Worker(ResilientSession session) throws Exception {
            session.start();
            assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
            session.ephemerals().register("/early", new byte[0]).whenHeld().get();
        }

        @ZooKeeperNode("/workers/a")
        String address() {
            return "here:1";
        }

        @ZooKeeperWatch("/price")
        void changed(String price) {}
    }

    static class Failing {
        Failing(Worker before) {
            throw new UnsupportedOperationException("not today");
        }
    }

    static class FailingLate {
        @ZooKeeperNode("/late")
        String address() {
            throw new UnsupportedOperationException("not today");
        }
    }

    @Test
    @Tag("S-50")
    void aRefreshThatFailsInALaterBeanLeavesNoNodeThreadOrSocket() {
        int others = othersConnections();
        AnnotationConfigApplicationContext context = contexts.context(Worker.class, Failing.class);

        assertThatThrownBy(context::refresh).hasRootCauseMessage("not today");

        assertNothingLeft(others);
    }

    @Test
    @Tag("S-50")
    void aRefreshThatFailsWhileItPublishesLeavesNoNodeThreadOrSocket() {
        int others = othersConnections();
        AnnotationConfigApplicationContext context = contexts.context(Worker.class, FailingLate.class);

        assertThatThrownBy(context::refresh).hasRootCauseMessage("not today");

        assertNothingLeft(others);
        assertThat(contexts.observer.exists("/workers/a")).isFalse();
    }

    private void assertNothingLeft(int others) {
        assertThat(NoLeaks.clientThreads())
                .filteredOn(thread -> thread.getName().startsWith("perennial-"))
                .isEmpty();
        assertThat(SessionRegistry.sessions()).isEmpty();
        assertThat(contexts.observer.exists("/early")).isFalse();
        await().untilAsserted(
                        () -> assertThat(contexts.server.connectionCount()).isEqualTo(others));
    }

    /** As in the first incident: it opens a client by itself and has nobody close it. */
    static class ByItself {
        final ResilientSession session;

        ByItself(Contexts contexts) throws Exception {
            session = contexts.builder("byItself").build().start();
            assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
            MADE.add(session);
        }

        static final List<ResilientSession> MADE = new CopyOnWriteArrayList<>();
    }

    static class FailingToo {
        FailingToo(ByItself before) {
            throw new UnsupportedOperationException("not today");
        }
    }

    private AnnotationConfigApplicationContext withOwnSession(Class<?>... beans) {
        ByItself.MADE.clear();
        AnnotationConfigApplicationContext context = contexts.bare(beans);
        context.registerBean(Contexts.class, () -> contexts, definition -> definition.setDestroyMethodName(""));
        return context;
    }

    private void assertThreadBelongsToNobody() throws Exception {
        try (ResilientSession later = contexts.builder("later").build().start()) {
            assertThat(later.awaitConnected(Duration.ofSeconds(30))).isTrue();
            ByItself.MADE.clear();
            AnnotationConfigApplicationContext another = withOwnSession(ByItself.class);
            another.refresh();
            another.close();
            assertThat(ByItself.MADE)
                    .allSatisfy(made -> assertThat(made.state()).isEqualTo(SessionState.CLOSED));
            assertThat(later.state()).isEqualTo(SessionState.CONNECTED);
        }
    }

    @Test
    void aSessionThatABeanBuiltByItselfIsClosedWhenTheRefreshFails() throws Exception {
        int others = othersConnections();
        AnnotationConfigApplicationContext context = withOwnSession(ByItself.class, FailingToo.class);

        assertThatThrownBy(context::refresh).hasRootCauseMessage("not today");

        assertThat(ByItself.MADE).hasSize(1).allSatisfy(made -> assertThat(made.state())
                .isEqualTo(SessionState.CLOSED));
        assertNothingLeft(others);
        assertThreadBelongsToNobody();
    }

    @Test
    void aSessionThatABeanBuiltByItselfEndsWithTheContext_closedOnAnotherThread() throws Exception {
        AnnotationConfigApplicationContext context = withOwnSession(ByItself.class);
        contexts.session(context, "session");
        context.refresh();
        ResilientSession bean = Contexts.connected(context);
        ResilientSession own = context.getBean(ByItself.class).session;

        var closing = new Thread(context::close, "test-closing");
        closing.start();
        closing.join(30_000);

        assertThat(own.state()).isEqualTo(SessionState.CLOSED);
        assertThat(bean.state()).isEqualTo(SessionState.CLOSED);
        assertThreadBelongsToNobody();
    }

    @Test
    void aSessionBuiltAfterTheRefreshIsNotTheContexts() throws Exception {
        AnnotationConfigApplicationContext context = withOwnSession(ByItself.class);
        context.refresh();
        try (ResilientSession later = contexts.builder("later").build().start()) {
            assertThat(later.awaitConnected(Duration.ofSeconds(30))).isTrue();

            context.close();

            assertThat(later.state()).isEqualTo(SessionState.CONNECTED);
        }
    }

    /** It runs listeners on a thread of its own, as an application may have it. */
    @Test
    void aSessionBuiltAfterTheRefreshIsNotTheContexts_withAnAsynchronousMulticaster() throws Exception {
        AnnotationConfigApplicationContext context = withOwnSession(ByItself.class);
        var multicaster = new SimpleApplicationEventMulticaster();
        multicaster.setTaskExecutor(task -> new Thread(task, "test-multicaster").start());
        context.registerBean(
                AbstractApplicationContext.APPLICATION_EVENT_MULTICASTER_BEAN_NAME,
                ApplicationEventMulticaster.class,
                () -> multicaster);
        context.refresh();
        try (ResilientSession later = contexts.builder("later").build().start()) {
            assertThat(later.awaitConnected(Duration.ofSeconds(30))).isTrue();

            context.close();

            assertThat(later.state()).isEqualTo(SessionState.CONNECTED);
        }
        assertThreadBelongsToNobody();
    }

    /** A context within a bean of another, as dispatcher servlets and management contexts are. */
    static class WithChild {
        final AnnotationConfigApplicationContext child;
        final ResilientSession afterChild;

        WithChild(Contexts contexts) {
            child = contexts.bare(ByItself.class);
            child.registerBean(Contexts.class, () -> contexts, definition -> definition.setDestroyMethodName(""));
            child.refresh();
            afterChild = contexts.builder("afterChild").build().start();
        }
    }

    @Test
    void aContextWithinAnotherOneOwnsItsOwnSessionsOnly() {
        AnnotationConfigApplicationContext parent = withOwnSession(WithChild.class);
        parent.refresh();
        WithChild bean = parent.getBean(WithChild.class);
        ResilientSession childs = ByItself.MADE.get(0);

        bean.child.close();
        assertThat(childs.state()).isEqualTo(SessionState.CLOSED);
        assertThat(bean.afterChild.state()).isNotEqualTo(SessionState.CLOSED);

        parent.close();
        assertThat(bean.afterChild.state()).isEqualTo(SessionState.CLOSED);
    }

    static class ChildWorker {
        final List<String> seen = new CopyOnWriteArrayList<>();

        @ZooKeeperNode("/workers/child")
        String address() {
            return "child";
        }

        @ZooKeeperWatch("/workers/a")
        void changed(String data) {
            seen.add(data);
        }
    }

    @Test
    void aChildContextUsesItsParentsSession_andTakesAwayOnlyWhatIsIts() throws Exception {
        AnnotationConfigApplicationContext parent = contexts.running(Worker.class);
        ResilientSession session = Contexts.connected(parent);
        AnnotationConfigApplicationContext child = contexts.bare(ChildWorker.class);
        child.setParent(parent);
        child.refresh();
        ChildWorker worker = child.getBean(ChildWorker.class);
        await().untilAsserted(() -> {
            assertThat(contexts.observer.children("/workers")).containsExactly("a", "child");
            assertThat(worker.seen).containsExactly("here:1");
        });
        assertThat(child.getBean(PublishedNodes.class).nodes()).hasSize(1);

        child.close();

        assertThat(contexts.observer.children("/workers")).containsExactly("a");
        assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
        assertThat(session.report().watchesWanted()).isOne();
        assertThat(session.report().nodesWanted()).isEqualTo(2);
    }

    @Test
    @Tag("S-51")
    void tenContextsOneAfterTheOtherHaveOneHandleAtATime() throws Exception {
        assertOneHandleAtATime(10);
    }

    @Test
    @Tag("S-51")
    @Tag("soak")
    void fiftyContextsOneAfterTheOtherHaveOneHandleAtATime() throws Exception {
        assertOneHandleAtATime(50);
    }

    private void assertOneHandleAtATime(int count) throws Exception {
        int others = othersConnections();
        int accepted = contexts.server.connectionsAccepted();
        for (int i = 0; i < count; i++) {
            try (AnnotationConfigApplicationContext context = contexts.context(Worker.class)) {
                context.refresh();
                Contexts.connected(context);
                assertThat(SessionRegistry.sessions()).hasSize(1);
                assertThat(contexts.server.connectionCount()).isEqualTo(others + 1);
            }
            assertThat(SessionRegistry.sessions()).isEmpty();
            await().pollInterval(Duration.ofMillis(10)).until(() -> contexts.server.connectionCount() == others);
        }
        assertThat(contexts.server.connectionsAccepted()).isEqualTo(accepted + count);
        assertThat(contexts.observer.exists("/workers/a")).isFalse();
    }
}
