package io.perennial.spring;

import static io.perennial.spring.Contexts.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.ResilientSession;
import io.perennial.SessionListener;
import io.perennial.SessionRegistry;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import io.perennial.test.NoLeaks;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.EventListener;
import org.springframework.context.support.ClassPathXmlApplicationContext;

/** Plain Spring without any annotated configuration. */
@ExtendWith(NoLeaks.class)
@Tag("essential")
class XmlContextIT {
    @AutoClose
    private final Contexts contexts = new Contexts();

    static class Prices implements ApplicationListener<SessionTransitionEvent> {
        final List<String> heard = new CopyOnWriteArrayList<>();
        final List<String> seen = new CopyOnWriteArrayList<>();
        final List<String> events = new CopyOnWriteArrayList<>();

        @ZooKeeperWatch("/price")
        void changed(String price) {
            seen.add(price);
        }

        @ZooKeeperNode("/nodes/annotated")
        String address() {
            return "here:1";
        }

        @Override
        public void onApplicationEvent(SessionTransitionEvent event) {
            heard.add(event.transition().to().name());
        }

        @EventListener
        void on(SessionTransitionEvent event) {
            events.add(event.transition().to().name());
        }
    }

    static class Listener implements SessionListener {
        final List<SessionState> states = new CopyOnWriteArrayList<>();

        @Override
        public void onTransition(SessionTransition transition) {
            states.add(transition.to());
        }
    }

    private ClassPathXmlApplicationContext refreshed() {
        System.setProperty("servers", contexts.server.connectString());
        try {
            return new ClassPathXmlApplicationContext(new String[] {"context.xml"}, XmlContextIT.class);
        } finally {
            System.clearProperty("servers");
        }
    }

    @Test
    void hasASessionWithItsWatchesNodesAndEvents() throws Exception {
        contexts.observer.create("/shop", new byte[0]);
        contexts.observer.create("/shop/price", "3".getBytes(StandardCharsets.UTF_8));
        Listener listener;
        ResilientSession session;
        try (ClassPathXmlApplicationContext context = refreshed()) {
            session = context.getBean("session", ResilientSession.class);
            assertThat(session.name()).isEqualTo("session");
            assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
            assertThat(session.info().orElseThrow().requestedTimeout()).isEqualTo(Duration.ofSeconds(20));
            assertThat(context.getBean(CuratorFramework.class)).isSameAs(session.curator());

            Prices prices = context.getBean(Prices.class);
            listener = context.getBean(Listener.class);
            await().untilAsserted(() -> {
                assertThat(prices.seen).containsExactly("3");
                assertThat(contexts.observer.children("/shop/nodes")).containsExactly("annotated", "spec");
                assertThat(prices.events).containsExactly("CONNECTING", "RESTORING", "CONNECTED");
                assertThat(listener.states).hasSize(3);
            });
        }
        assertThat(session.state()).isEqualTo(SessionState.CLOSED);
        assertThat(contexts.observer.children("/shop/nodes")).isEmpty();
        assertThat(listener.states).endsWith(SessionState.CLOSED);
    }

    @Test
    @Tag("S-51")
    void tenRefreshesOneAfterTheOtherHaveOneHandleAtATime() throws Exception {
        assertOneHandleAtATime(10);
    }

    @Test
    @Tag("S-51")
    @Tag("soak")
    void fiftyRefreshesOneAfterTheOtherHaveOneHandleAtATime() throws Exception {
        assertOneHandleAtATime(50);
    }

    private void assertOneHandleAtATime(int count) throws Exception {
        int others = connectionsOfOthers();
        int accepted = contexts.server.connectionsAccepted();
        try (ClassPathXmlApplicationContext context = refreshed()) {
            System.setProperty("servers", contexts.server.connectString());
            for (int i = 0; i < count; i++) {
                ResilientSession session = context.getBean(ResilientSession.class);
                assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
                Prices prices = context.getBean(Prices.class);
                await().pollInterval(Duration.ofMillis(10)).until(() -> prices.heard.contains("CONNECTED"));
                // Not the end of the session before: an event from then would be kept for the listeners of now.
                await().untilAsserted(
                                () -> assertThat(prices.heard).containsExactly("CONNECTING", "RESTORING", "CONNECTED"));
                assertThat(contexts.server.connectionCount()).isEqualTo(others + 1);
                assertThat(SessionRegistry.sessions()).hasSize(1);

                context.refresh();

                assertThat(session.state()).isEqualTo(SessionState.CLOSED);
                assertThat(prices.events).doesNotContain("CLOSED");
            }
        } finally {
            System.clearProperty("servers");
        }
        assertThat(SessionRegistry.sessions()).isEmpty();
        await().untilAsserted(
                        () -> assertThat(contexts.server.connectionCount()).isEqualTo(others));
        assertThat(contexts.server.connectionsAccepted()).isLessThanOrEqualTo(accepted + count + 1);
        assertThat(contexts.observer.children("/shop/nodes")).isEmpty();
    }

    private int connectionsOfOthers() {
        contexts.observer.exists("/");
        return contexts.server.connectionCount();
    }

    @Test
    void aWrongValueFailsWithPropertyAndForm() {
        var factory = new ResilientSessionFactoryBean();

        assertThatThrownBy(() -> factory.setSessionTimeout("soon"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sessionTimeout is 'soon'; it must be a duration with its unit, such as 500ms, 30s, 2m or"
                        + " PT30S");
        assertThatThrownBy(() -> factory.setAuthorizations(List.of("s3cret")))
                .hasMessageContaining("6 characters")
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(factory::getObject).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(factory::afterPropertiesSet).hasMessageContaining("connectString");
    }
}
