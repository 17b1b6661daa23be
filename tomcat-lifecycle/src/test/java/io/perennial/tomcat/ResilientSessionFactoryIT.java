package io.perennial.tomcat;

import static io.perennial.tomcat.SharedTomcat.resource;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionRegistry;
import io.perennial.SessionState;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.ZooKeeperTest;
import io.perennial.tomcat.SharedTomcat.Application;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.core.StandardContext;
import org.apache.tomcat.util.descriptor.web.ContextResource;
import org.apache.tomcat.util.descriptor.web.ContextResourceLink;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
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
class ResilientSessionFactoryIT {
    private static final String NAME = "zookeeper/orders";
    private static final List<Object> FOUND = new CopyOnWriteArrayList<>();

    @TempDir
    Path directory;

    @AutoClose
    private SharedTomcat tomcat;

    private EmbeddedServer server;

    @BeforeEach
    void prepare(EmbeddedServer running) {
        server = running;
        FOUND.clear();
        tomcat = new SharedTomcat(directory);
    }

    @AfterEach
    void forget() {
        FOUND.clear();
    }

    private ContextResource orders(String... more) {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("connectString", server.connectString());
        for (int i = 0; i < more.length; i += 2) {
            attributes.put(more[i], more[i + 1]);
        }
        return resource(NAME, attributes);
    }

    private static ContextResourceLink toGlobal() {
        var link = new ContextResourceLink();
        link.setName(NAME);
        link.setGlobal(NAME);
        link.setType(ResilientSession.class.getName());
        return link;
    }

    private void assertNothingOpen() {
        assertThat(server.sessionIds()).isEmpty();
        assertThat(SessionRegistry.sessions()).isEmpty();
    }

    @Test
    void isTheApplicationsSession_fromTheFirstLookupToItsStop() throws Exception {
        tomcat.start();
        StandardContext shop = tomcat.deploy(new Application("/shop")
                .resource(orders("sessionTimeout", "7s"))
                .listener(LookingListener.class));

        assertThat(FOUND).hasSize(2).allMatch(found -> found == FOUND.get(0));
        ResilientSession session = (ResilientSession) FOUND.get(0);
        assertThat(session.name()).isEqualTo("orders");
        assertThat(session.info().orElseThrow().requestedTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(contextLoadersOfItsThreads()).containsOnly(shop.getLoader().getClassLoader());

        tomcat.undeploy(shop);

        assertThat(session.state()).isEqualTo(SessionState.CLOSED);
        assertNothingOpen();
    }

    @Test
    @DisplayName("what nobody looked up is not opened, though Tomcat looks it up to close it")
    void opensNothing_thatIsNotUsed() throws Exception {
        tomcat.start();
        StandardContext shop = tomcat.deploy(new Application("/shop").resource(orders()));
        int accepted = server.connectionsAccepted();

        tomcat.undeploy(shop);

        assertThat(server.connectionsAccepted()).isEqualTo(accepted);
        assertNothingOpen();
    }

    @Test
    @DisplayName("a global session is shared, outlives each application, pins none, and is closed with the container")
    void isTheContainersSession_whenGlobal() throws Exception {
        tomcat.with(orders()).start();
        StandardContext shop =
                tomcat.deploy(new Application("/shop").link(toGlobal()).listener(LookingListener.class));
        StandardContext bank =
                tomcat.deploy(new Application("/bank").link(toGlobal()).listener(LookingListener.class));
        assertThat(bank.getState()).isEqualTo(LifecycleState.STARTED);
        assertThat(FOUND).hasSize(4).allMatch(found -> found == FOUND.get(0));
        ResilientSession session = (ResilientSession) FOUND.get(0);
        assertThat(contextLoadersOfItsThreads()).containsOnly(ResilientSession.class.getClassLoader());
        var loader = new WeakReference<>(shop.getLoader().getClassLoader());

        tomcat.undeploy(shop);
        shop = null;

        Awaitility.await().untilAsserted(() -> {
            System.gc();
            assertThat(loader.refersTo(null)).isTrue();
        });
        assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
        assertThat(server.sessionIds()).hasSize(1);

        tomcat.stop();

        assertThat(session.state()).isEqualTo(SessionState.CLOSED);
        assertNothingOpen();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            sessionTimout  | 30s   | attribute 'sessionTimout' is unknown; did you mean attribute 'sessionTimeout'?
            sessionTimeout | 30    | attribute 'sessionTimeout' is '30'; it must be a duration
            singleton      | false | attribute 'singleton' is 'false'; it must be true
            sessionName    | a b   | attribute 'sessionName': name 'a b' is not 1 to 64 letters
            connectString  | ' '   | attribute 'connectString' is ''; give a value
            """)
    void refusesBadAttribute(String name, String value, String error) throws Exception {
        tomcat.start();
        ContextResource resource = orders();
        if (name.equals("singleton")) {
            resource.setSingleton(Boolean.parseBoolean(value));
        } else {
            resource.setProperty(name, value);
        }

        tomcat.deploy(new Application("/shop").resource(resource).listener(LookingListener.class));

        assertThat(FOUND)
                .singleElement()
                .asString()
                .contains("resource 'orders'")
                .contains(error);
        assertThat(SessionRegistry.sessions()).isEmpty();
    }

    @Test
    void refusesOtherType() throws Exception {
        tomcat.start();
        ContextResource resource = orders();
        resource.setType("org.apache.curator.framework.CuratorFramework");

        tomcat.deploy(new Application("/shop").resource(resource).listener(LookingListener.class));

        assertThat(FOUND).singleElement().asString().contains("its type must be io.perennial.ResilientSession");
    }

    private static List<ClassLoader> contextLoadersOfItsThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("perennial-orders-"))
                .map(Thread::getContextClassLoader)
                .toList();
    }

    /** Looks the session up, twice, and connects; remembers it, or what went wrong. */
    @SuppressWarnings("BanJNDI") // Tomcat's own, in memory
    public static final class LookingListener implements ServletContextListener {
        @Override
        public void contextInitialized(ServletContextEvent event) {
            try {
                var session = (ResilientSession) new InitialContext().lookup("java:comp/env/" + NAME);
                session.awaitConnected(Duration.ofSeconds(20));
                FOUND.add(session);
                FOUND.add(new InitialContext().lookup("java:comp/env/" + NAME));
            } catch (NamingException e) {
                Throwable cause = e.getCause();
                FOUND.add(e + (cause == null ? "" : " " + Arrays.asList(cause, cause.getCause())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
