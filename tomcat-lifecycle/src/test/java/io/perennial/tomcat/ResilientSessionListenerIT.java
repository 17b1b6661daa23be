package io.perennial.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionRegistry;
import io.perennial.SessionState;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.ZooKeeperTest;
import io.perennial.tomcat.SharedTomcat.Application;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.nio.file.Path;
import java.time.Duration;
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
class ResilientSessionListenerIT {
    private static final String CONNECT = "perennial.connectString";
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
        return new Application("/shop")
                .parameter(CONNECT, server.connectString())
                .parameter("perennial.name", "shop");
    }

    @Test
    @Tag("S-52")
    @DisplayName("the session is there for all later listeners, and closed when they are done with it")
    void opensSessionFirst_andClosesItLast() {
        StandardContext shop =
                tomcat.deploy(application().listener(ResilientSessionListener.class, UsingListener.class));
        ResilientSession session = ResilientSessions.of(shop.getServletContext());

        assertThat(shop.getState()).isEqualTo(LifecycleState.STARTED);
        assertThat(session.name()).isEqualTo("shop");
        assertThat(server.sessionIds()).hasSize(1);

        tomcat.undeploy(shop);

        assertThat(SEEN).containsExactly("started: CONNECTED", "stopping: CONNECTED");
        assertThat(session.state()).isEqualTo(SessionState.CLOSED);
        assertThat(server.sessionIds()).isEmpty();
        assertThat(ResilientSessions.find(shop.getServletContext())).isEmpty();
        assertThat(SessionRegistry.sessions()).isEmpty();
    }

    @Test
    void closesSession_whenLaterListenerFails() {
        StandardContext shop =
                tomcat.deploy(application().listener(ResilientSessionListener.class, FailingListener.class));

        assertThat(shop.getState()).isEqualTo(LifecycleState.STOPPED);
        assertThat(SEEN).containsExactly("started: CONNECTED");
        assertThat(server.sessionIds()).isEmpty();
        assertThat(SessionRegistry.sessions()).isEmpty();
    }

    @Test
    void subclassSetsBuilder_andRegistersNodesBeforeTheFirstConnection() {
        StandardContext shop = tomcat.deploy(
                application().parameter("perennial.sessionTimeout", "7s").listener(RegisteringListener.class));
        ResilientSession session = ResilientSessions.of(shop.getServletContext());

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(session.state()).isEqualTo(SessionState.CONNECTED));
        assertThat(SEEN).containsExactly("prepared: LATENT");
        assertThat(session.name()).isEqualTo("from-the-subclass");
        assertThat(session.info().orElseThrow().requestedTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(session.ephemerals().nodes()).singleElement().satisfies(node -> assertThat(node.whenHeld())
                .isCompleted());
    }

    @Test
    void leavesNothing_whenSubclassThrows() {
        StandardContext shop = tomcat.deploy(application().listener(ThrowingSubclass.class));

        assertThat(shop.getState()).isEqualTo(LifecycleState.STOPPED);
        assertThat(tomcat.log()).anySatisfy(line -> assertThat(line).contains("no nodes today"));
        assertThat(server.sessionIds()).isEmpty();
        assertThat(ResilientSessions.find(shop.getServletContext())).isEmpty();
        assertThat(SessionRegistry.sessions()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            perennial.sesionTimeout  | 30s | 'perennial.sesionTimeout' is unknown; did you \
            mean context parameter 'perennial.sessionTimeout'?
            perennial.sessionTimeout | 30  | 'perennial.sessionTimeout' is '30'; it must be a duration with its unit
            perennial.clientConfig   | /WEB-INF/none | 'perennial.clientConfig' is '/WEB-INF/none'; \
            there is no readable file
            """)
    void failsToStart_withClearError(String name, String value, String error) {
        StandardContext shop =
                tomcat.deploy(application().parameter(name, value).listener(ResilientSessionListener.class));

        assertThat(shop.getState()).isEqualTo(LifecycleState.STOPPED);
        assertThat(tomcat.log()).anySatisfy(line -> assertThat(line).contains("context parameter " + error));
        assertThat(SessionRegistry.sessions()).isEmpty();
    }

    @Test
    void failsToStart_withoutServers() {
        StandardContext shop = tomcat.deploy(new Application("/shop").listener(ResilientSessionListener.class));

        assertThat(shop.getState()).isEqualTo(LifecycleState.STOPPED);
        assertThat(tomcat.log()).anySatisfy(line -> assertThat(line)
                .contains("context parameter 'perennial.connectString' is not set")
                .contains("host:port"));
    }

    @Test
    void refusesSecondListener() {
        StandardContext shop =
                tomcat.deploy(application().listener(ResilientSessionListener.class, RegisteringListener.class));

        assertThat(shop.getState()).isEqualTo(LifecycleState.STOPPED);
        assertThat(tomcat.log()).anySatisfy(line -> assertThat(line)
                .contains("has a ZooKeeper session already")
                .contains(RegisteringListener.class.getName()));
        assertThat(SessionRegistry.sessions()).isEmpty();
    }

    @Test
    void toleratesEndWithoutBeginning() {
        StandardContext empty = tomcat.deploy(new Application("/empty"));

        new ResilientSessionListener().contextDestroyed(new ServletContextEvent(empty.getServletContext()));

        assertThatThrownBy(() -> ResilientSessions.of(empty.getServletContext()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'/empty'")
                .hasMessageContaining("perennial.connectString");
    }

    /** Uses the session from its own start to its own end. */
    public static class UsingListener implements ServletContextListener {
        @Override
        public void contextInitialized(ServletContextEvent event) {
            SEEN.add("started: " + connected(event.getServletContext()));
        }

        @Override
        public void contextDestroyed(ServletContextEvent event) {
            SEEN.add("stopping: "
                    + ResilientSessions.of(event.getServletContext()).state());
        }
    }

    public static final class FailingListener implements ServletContextListener {
        @Override
        public void contextInitialized(ServletContextEvent event) {
            SEEN.add("started: " + connected(event.getServletContext()));
            throw new IllegalStateException("the application fails to start, as it should in this test");
        }
    }

    public static final class RegisteringListener extends ResilientSessionListener {
        @Override
        protected void configure(ResilientSession.Builder builder, ServletContext application) {
            builder.name("from-the-subclass");
        }

        @Override
        protected void prepare(ResilientSession session, ServletContext application) {
            SEEN.add("prepared: " + session.state());
            session.ephemerals().register("/registered", new byte[0]);
        }
    }

    public static final class ThrowingSubclass extends ResilientSessionListener {
        @Override
        protected void prepare(ResilientSession session, ServletContext application) {
            session.start();
            connected(application);
            throw new IllegalStateException("no nodes today");
        }
    }

    private static SessionState connected(ServletContext application) {
        ResilientSession session = ResilientSessions.of(application);
        try {
            session.awaitConnected(Duration.ofSeconds(20));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return session.state();
    }
}
