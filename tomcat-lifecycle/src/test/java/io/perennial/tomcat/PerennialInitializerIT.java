package io.perennial.tomcat;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionRegistry;
import io.perennial.SessionState;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.ZooKeeperTest;
import io.perennial.tomcat.SharedTomcat.Application;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.core.StandardContext;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ZooKeeperTest
@Tag("essential")
class PerennialInitializerIT {
    private static final List<String> SEEN = new CopyOnWriteArrayList<>();

    @TempDir
    Path directory;

    @AutoClose
    private SharedTomcat tomcat;

    private EmbeddedServer server;

    @BeforeEach
    void start(EmbeddedServer running) throws Exception {
        server = running;
        SEEN.clear();
        tomcat = new SharedTomcat(directory).start();
    }

    private Application application() {
        return new Application("/shop").initializer(new PerennialInitializer());
    }

    private Application withServers() {
        return application().parameter("perennial.connectString", server.connectString());
    }

    private void assertNothingOpen() {
        assertThat(server.sessionIds()).isEmpty();
        assertThat(SessionRegistry.sessions()).isEmpty();
    }

    @Test
    @Tag("S-52")
    @DisplayName("opens the session before the first listener, closes it after the last")
    void opensSessionFirst_andClosesItLast() {
        StandardContext shop = tomcat.deploy(withServers().listener(UsingListener.class));
        assertThat(shop.getState()).isEqualTo(LifecycleState.STARTED);
        assertThat(server.sessionIds()).hasSize(1);

        tomcat.undeploy(shop);

        assertThat(SEEN).containsExactly("started: CONNECTED", "stopping: CONNECTED");
        assertNothingOpen();
        assertThat(ResilientSessions.find(shop.getServletContext())).isEmpty();
        assertThat(tomcat.log()).noneMatch(line -> line.contains("without closing"));
    }

    @Test
    void opensNoSession_unlessServersAreGiven() {
        StandardContext shop = tomcat.deploy(application());

        assertThat(shop.getState()).isEqualTo(LifecycleState.STARTED);
        assertThat(ResilientSessions.find(shop.getServletContext())).isEmpty();
        assertThat(SessionRegistry.sessions()).isEmpty();
    }

    @Test
    void leavesTheOpeningToRegisteredListener() {
        StandardContext shop = tomcat.deploy(withServers().listener(NamingListener.class));

        assertThat(shop.getState()).isEqualTo(LifecycleState.STARTED);
        assertThat(SessionRegistry.sessions())
                .extracting(ResilientSession::name)
                .containsExactly("by-listener");
    }

    @Test
    void opensNoSession_whenSwitchedOff() {
        StandardContext shop = tomcat.deploy(withServers().parameter("perennial.initializer.session", "false"));

        assertThat(shop.getState()).isEqualTo(LifecycleState.STARTED);
        assertThat(SessionRegistry.sessions()).isEmpty();
    }

    @Test
    @DisplayName("a listener added by code finds the session there, and is told what to set")
    void refusesListenerAddedByCode_whileItOpensTheSessionItself() {
        ServletContainerInitializer byCode = (classes, context) -> context.addListener(NamingListener.class);

        StandardContext refused =
                tomcat.deploy(withServers().listener(UsingListener.class).initializer(byCode));
        assertThat(refused.getState()).isEqualTo(LifecycleState.STOPPED);
        assertThat(tomcat.log()).anySatisfy(line -> assertThat(line)
                .contains("set context parameter 'perennial.initializer.session' to false"));
        assertNothingOpen();
        tomcat.undeploy(refused);

        StandardContext shop = tomcat.deploy(withServers()
                .parameter("perennial.initializer.session", "false")
                .initializer(byCode));
        assertThat(shop.getState()).isEqualTo(LifecycleState.STARTED);
        assertThat(SessionRegistry.sessions())
                .extracting(ResilientSession::name)
                .containsExactly("by-listener");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            perennial.initializer.session | true  | 'perennial.connectString' is not set
            perennial.initializer.session | maybe | must be true or false
            perennial.initializer.guard   | 1     | must be true or false
            perennial.initialiser.guard   | true  | did you mean context parameter 'perennial.initializer.guard'?
            perennial.sessionTimeout      | never | it must be a duration
            """)
    void refusesSettings_andTomcatEndsTheStartInOrder(String name, String value, String error) {
        Application application = name.endsWith("sessionTimeout") ? withServers() : application();

        StandardContext shop = tomcat.deploy(application.parameter(name, value));

        // Not FAILED: only a ServletException makes Tomcat stop what has begun.
        assertThat(shop.getState()).isEqualTo(LifecycleState.STOPPED);
        assertThat(tomcat.log())
                .anySatisfy(line -> assertThat(line).contains("'/shop'").contains(error));
        assertNothingOpen();
        assertThat(guards(shop)).isEmpty();
    }

    @Test
    void refusesToOpen_whatRegisteredListenerWouldOpenToo() {
        StandardContext shop = tomcat.deploy(
                withServers().parameter("perennial.initializer.session", "true").listener(NamingListener.class));

        assertThat(shop.getState()).isEqualTo(LifecycleState.STOPPED);
        assertThat(tomcat.log()).anySatisfy(line -> assertThat(line)
                .contains("'perennial.initializer.session' is 'true'")
                .contains(NamingListener.class.getName()));
        assertNothingOpen();
    }

    @Test
    @Tag("S-50")
    void closesWhatTheApplicationLeftOpen_afterItsLastListener_andSaysSo() {
        StandardContext shop = tomcat.deploy(
                application().parameter("servers", server.connectString()).listener(ForgettingListener.class));
        assertThat(server.sessionIds()).hasSize(1);

        tomcat.undeploy(shop);

        assertNothingOpen();
        assertThat(SEEN).containsExactly("stopping: CONNECTED");
        assertThat(tomcat.log()).anySatisfy(line -> assertThat(line)
                .contains("Web application /shop has stopped without closing 1 of its ZooKeeper sessions")
                .contains(ResilientSessionListener.class.getName()));
        assertThat(guards(shop)).isEmpty();
    }

    @Test
    @Tag("S-50")
    @DisplayName("without the guard the session ends with its owner all the same, before Tomcat looks for its threads")
    void leavesItToTheSession_whenGuardIsSwitchedOff() {
        StandardContext shop = tomcat.deploy(application()
                .parameter("servers", server.connectString())
                .parameter("perennial.initializer.guard", "false")
                .listener(ForgettingListener.class));
        assertThat(guards(shop)).isEmpty();
        assertThat(shop.findLifecycleListeners()).anyMatch(listener -> Proxy.isProxyClass(listener.getClass()));

        tomcat.undeploy(shop);

        assertNothingOpen();
        assertThat(SEEN).containsExactly("stopping: CONNECTED");
        assertThat(tomcat.log()).noneMatch(line -> line.contains("without closing") || line.contains("perennial-"));
        assertThat(shop.findLifecycleListeners()).noneMatch(listener -> Proxy.isProxyClass(listener.getClass()));
    }

    @Test
    void closesItsOwnSession_whenGuardIsSwitchedOff() {
        StandardContext shop = tomcat.deploy(
                withServers().parameter("perennial.initializer.guard", "false").listener(UsingListener.class));
        ResilientSession session = ResilientSessions.of(shop.getServletContext());

        tomcat.undeploy(shop);

        assertThat(session.state()).isEqualTo(SessionState.CLOSED);
        assertNothingOpen();
    }

    @Test
    @Tag("S-51")
    @DisplayName("20 reloads: one session and one guard at a time")
    void staysAlone_throughReloads() {
        StandardContext shop = tomcat.deploy(withServers().listener(UsingListener.class));

        for (int i = 0; i < 20; i++) {
            ResilientSession before = ResilientSessions.of(shop.getServletContext());
            shop.reload();
            assertThat(before.state()).isEqualTo(SessionState.CLOSED);
            assertThat(server.sessionIds()).hasSize(1);
            assertThat(SessionRegistry.sessions()).hasSize(1);
            assertThat(guards(shop)).hasSize(1);
        }
    }

    @Test
    void closesOnlyTheStoppedApplicationsSessions() {
        StandardContext shop = tomcat.deploy(withServers().listener(UsingListener.class));
        StandardContext bank = tomcat.deploy(new Application("/bank")
                .initializer(new PerennialInitializer())
                .parameter("perennial.connectString", server.connectString()));
        ResilientSession banks = ResilientSessions.of(bank.getServletContext());

        tomcat.undeploy(shop);

        assertThat(SessionRegistry.sessions()).containsExactly(banks);
        assertThat(banks.state()).isNotEqualTo(SessionState.CLOSED);
    }

    private static List<Object> guards(StandardContext application) {
        return Arrays.stream((Object[]) application.findLifecycleListeners())
                .filter(ContextGuard.class::isInstance)
                .toList();
    }

    public static final class UsingListener implements ServletContextListener {
        @Override
        public void contextInitialized(ServletContextEvent event) {
            SEEN.add("started: " + connected(ResilientSessions.of(event.getServletContext())));
        }

        @Override
        public void contextDestroyed(ServletContextEvent event) {
            SEEN.add("stopping: "
                    + ResilientSessions.of(event.getServletContext()).state());
        }
    }

    public static final class NamingListener extends ResilientSessionListener {
        @Override
        protected void configure(ResilientSession.Builder builder, ServletContext application) {
            builder.name("by-listener");
        }
    }

    /** Makes its session by hand and closes it nowhere. */
    public static final class ForgettingListener implements ServletContextListener {
        private ResilientSession session;

        @Override
        public void contextInitialized(ServletContextEvent event) {
            session = ResilientSession.builder()
                    .connectString(event.getServletContext().getInitParameter("servers"))
                    .build()
                    .start();
            connected(session);
        }

        @Override
        public void contextDestroyed(ServletContextEvent event) {
            SEEN.add("stopping: " + session.state());
        }
    }

    private static SessionState connected(ResilientSession session) {
        try {
            session.awaitConnected(Duration.ofSeconds(20));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return session.state();
    }
}
