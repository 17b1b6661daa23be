package io.perennial.spring;

import static io.perennial.spring.Contexts.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.Registration;
import io.perennial.ResilientSession;
import io.perennial.SessionListener;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import io.perennial.test.NoLeaks;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.context.support.GenericApplicationContext;

@ExtendWith(NoLeaks.class)
@Tag("essential")
class SessionEventsIT {
    @AutoClose
    private final Contexts contexts = new Contexts();

    static class Heard {
        final List<String> transitions = new CopyOnWriteArrayList<>();
        final List<String> losses = new CopyOnWriteArrayList<>();
        final List<Thread> threads = new CopyOnWriteArrayList<>();

        @EventListener
        void on(SessionTransitionEvent event) {
            transitions.add(event.session() + " " + event.transition().from() + "-"
                    + event.transition().to());
            threads.add(Thread.currentThread());
        }

        @EventListener(condition = "event.transition.to.name() == 'LOST' and #a0.session == 'session'")
        void lost(SessionTransitionEvent event) {
            losses.add(event.getSource().name());
        }

        void awaitHeard(String... expected) {
            await().untilAsserted(() -> assertThat(transitions).containsExactly(expected));
        }
    }

    private static final String[] START = {
        "session LATENT-CONNECTING", "session CONNECTING-RESTORING", "session RESTORING-CONNECTED"
    };

    @Test
    void eventsComeInOrder_throughAnExpiry_andEndWithTheContext() throws Exception {
        AnnotationConfigApplicationContext context = contexts.running(Heard.class);
        Heard heard = context.getBean(Heard.class);
        ResilientSession session = Contexts.connected(context);
        heard.awaitHeard(START);
        List<SessionTransition> recent = session.report().recentTransitions();
        assertThat(recent).hasSize(3);

        contexts.expire(session);
        await().untilAsserted(() -> {
            assertThat(session.lease().generation()).isEqualTo(2);
            assertThat(session.awaitConnected(Duration.ZERO)).isTrue();
            assertThat(heard.transitions).containsExactlyElementsOf(names(session));
        });
        assertThat(heard.transitions).hasSizeGreaterThan(4);
        assertThat(heard.losses).containsExactly("session");
        assertThat(heard.threads.get(heard.threads.size() - 1).getName()).contains("perennial-session-callback");

        int before = heard.transitions.size();
        context.close();

        assertThat(session.state()).isEqualTo(SessionState.CLOSED);
        assertThat(heard.transitions).hasSize(before);
    }

    private static List<String> names(ResilientSession session) {
        return session.report().recentTransitions().stream()
                .map(t -> session.name() + " " + t.from() + "-" + t.to())
                .toList();
    }

    /** Starts the session, and waits, while singletons are being made. */
    static class Early {
        Early(ResilientSession session) throws Exception {
            session.operations();
            assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
        }
    }

    /** The last thing that a refresh does before it tells that it is through. */
    static class AtTheEnd implements SmartLifecycle {
        final List<String> heardBefore = new CopyOnWriteArrayList<>();
        private final Heard heard;
        private final ResilientSession session;
        private boolean running;

        AtTheEnd(Heard heard, ResilientSession session) {
            this.heard = heard;
            this.session = session;
        }

        @Override
        public void start() {
            running = true;
            await().until(() -> session.awaitConnected(Duration.ZERO));
            heardBefore.addAll(heard.transitions);
        }

        @Override
        public void stop() {}

        @Override
        public boolean isRunning() {
            return running;
        }
    }

    @Test
    void whatHappensBeforeTheRefreshIsThroughIsToldThen() {
        AnnotationConfigApplicationContext context = contexts.running(Early.class, Heard.class, AtTheEnd.class);

        assertThat(context.getBean(AtTheEnd.class).heardBefore).isEmpty();
        context.getBean(Heard.class).awaitHeard(START);
    }

    /** While the context closes, the session expires and comes back. */
    static class TroubleAtTheEnd implements SmartLifecycle {
        final Contexts contexts;
        private final ResilientSession session;
        private boolean running;

        TroubleAtTheEnd(Contexts contexts, ResilientSession session) {
            this.contexts = contexts;
            this.session = session;
        }

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            contexts.expire(session);
            await().until(() -> session.lease().generation() == 2 && session.awaitConnected(Duration.ZERO));
        }

        @Override
        public boolean isRunning() {
            return running;
        }
    }

    @Test
    void nothingComesWhileTheContextCloses() throws Exception {
        AnnotationConfigApplicationContext context = contexts.context(Heard.class, TroubleAtTheEnd.class);
        context.registerBean(Contexts.class, () -> contexts, definition -> definition.setDestroyMethodName(""));
        context.refresh();
        Heard heard = context.getBean(Heard.class);
        ResilientSession session = Contexts.connected(context);
        heard.awaitHeard(START);

        context.close();

        assertThat(session.report().recentTransitions()).hasSizeGreaterThan(5);
        assertThat(heard.transitions).containsExactly(START);
    }

    static class Throwing {
        @EventListener
        void on(SessionTransitionEvent event) {
            throw new UnsupportedOperationException("not that");
        }
    }

    @Test
    void aListenerThatThrowsHarmsNeitherTheStartNorTheOthers() throws Exception {
        AnnotationConfigApplicationContext context = contexts.running(Heard.class, Early.class, Throwing.class);
        ResilientSession session = Contexts.connected(context);
        context.getBean(Heard.class).awaitHeard(START);

        contexts.expire(session);

        await().untilAsserted(() -> {
            assertThat(session.lease().generation()).isEqualTo(2);
            assertThat(session.awaitConnected(Duration.ZERO)).isTrue();
            assertThat(context.getBean(Heard.class).transitions).containsExactlyElementsOf(names(session));
            assertThat(session.report().callbackFailures()).isPositive();
        });
    }

    @Test
    void aChildContextRepeatsNothing() throws Exception {
        AnnotationConfigApplicationContext parent = contexts.running(Heard.class);
        AnnotationConfigApplicationContext child = contexts.bare(Heard.class);
        child.setParent(parent);
        contexts.session(child, "childs");
        child.refresh();
        Contexts.connected(parent);
        ResilientSession childs = child.getBean("childs", ResilientSession.class);
        assertThat(childs.awaitConnected(Duration.ofSeconds(30))).isTrue();

        Heard inParent = parent.getBean(Heard.class);
        Heard inChild = child.getBean(Heard.class);
        await().untilAsserted(() -> {
            assertThat(inChild.transitions)
                    .containsExactly(
                            "childs LATENT-CONNECTING", "childs CONNECTING-RESTORING", "childs RESTORING-CONNECTED");
            assertThat(inParent.transitions).hasSize(6).doesNotHaveDuplicates();
        });

        child.close();
        contexts.expire(parent.getBean("session", ResilientSession.class));

        await().untilAsserted(() -> assertThat(inParent.losses).containsExactly("session"));
        assertThat(inChild.transitions).hasSize(3);
    }

    /** One session for several contexts, which none of them closes. */
    @Test
    void leavesNoListenerOnASessionThatOutlivesTheContext() throws Exception {
        try (ResilientSession shared = contexts.builder("shared").build()) {
            var counting = new CountingListeners(shared);
            for (int i = 0; i < 5; i++) {
                try (AnnotationConfigApplicationContext context = contexts.bare(Heard.class)) {
                    register(context, counting.session());
                    context.refresh();
                    assertThat(counting.listeners).hasSize(1);
                }
                assertThat(counting.listeners).isEmpty();
            }
        }
    }

    private static void register(GenericApplicationContext context, ResilientSession session) {
        context.registerBean(
                "shared", ResilientSession.class, () -> session, definition -> definition.setDestroyMethodName(""));
    }

    private static final class CountingListeners {
        final List<SessionListener> listeners = new CopyOnWriteArrayList<>();
        private final ResilientSession session;

        CountingListeners(ResilientSession session) {
            this.session = session;
        }

        ResilientSession session() {
            return (ResilientSession) Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {ResilientSession.class},
                    (proxy, method, arguments) -> {
                        Object result = method.invoke(session, arguments);
                        if (!method.getName().equals("addListener")) {
                            return result;
                        }
                        var listener = (SessionListener) arguments[0];
                        listeners.add(listener);
                        return (Registration) () -> {
                            listeners.remove(listener);
                            ((Registration) result).close();
                        };
                    });
        }
    }
}
