package io.perennial.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** What {@code @ZooKeeperTest} injects, closes and finds fault with. */
@Timeout(120)
class ZooKeeperTestIT {
    /** Whether the specimens below are run by a test, and not by somebody who runs whatever there is. */
    private static volatile boolean specimensRun;

    @Nested
    @ZooKeeperTest(maxSessionTimeoutMillis = 3_000)
    class Injected {
        private EmbeddedServer ofBeforeEach;

        @BeforeEach
        void remember(EmbeddedServer server) {
            ofBeforeEach = server;
        }

        @Test
        void sameTypeIsTheSame_withTheSettings(EmbeddedServer server, ZooKeeperService service) throws Exception {
            assertThat(server).isSameAs(ofBeforeEach).isSameAs(service);
            try (RawClient client = RawClient.connected(server.connectString(), Duration.ofSeconds(30))) {
                assertThat(client.zooKeeper().getSessionTimeout()).isEqualTo(3_000);
            }
        }

        @Test
        void networkIsInFrontOfTheServer(FaultNetwork network, FaultProxy proxy, IndependentClient observer)
                throws Exception {
            assertThat(network.to(0)).isSameAs(proxy);
            try (RawClient client = RawClient.connected(network.connectString(), Duration.ofSeconds(3))) {
                client.create("/through-the-network");
            }
            assertThat(observer.exists("/through-the-network")).isTrue();
            assertThat(proxy.connectionsAccepted()).isEqualTo(1);
        }
    }

    @Nested
    @ZooKeeperTest
    class Processes {
        @Test
        void networkIsInFrontOfTheProcess_whenTheMethodAsksForOne(FaultNetwork network, ServerProcess process)
                throws Exception {
            try (RawClient client = RawClient.connected(network.connectString(), Duration.ofSeconds(30))) {
                assertThat(process.sessionIds()).containsExactly(client.sessionId());
            }
        }
    }

    @Nested
    @ZooKeeperTest
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    class OfTheClass {
        private static EmbeddedServer shared;

        @BeforeAll
        static void start(EmbeddedServer server) {
            shared = server;
        }

        @Test
        @Order(1)
        void serverIsSharedByTheTests(IndependentClient observer) {
            observer.create("/of-the-first-test", new byte[0]);
        }

        @Test
        @Order(2)
        void andObserversAreNot(EmbeddedServer server, IndependentClient observer) {
            assertThat(server).isSameAs(shared);
            assertThat(observer.exists("/of-the-first-test")).isTrue();
        }
    }

    @Test
    void closesEverything_afterTheTest() {
        assertThat(failuresOf(Clean.class)).isEmpty();

        assertThat(Clean.server.isRunning()).isFalse();
        assertThat(Clean.network.proxies()).allSatisfy(proxy -> assertThatPortIsClosed(proxy.port()));
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("test-client"));
    }

    @Test
    void failsWhoLeavesAClientBehind() throws Exception {
        try {
            assertThat(failuresOf(Leaky.class)).singleElement().satisfies(failure -> assertThat(failure)
                    .hasStackTraceContaining("client threads left by the test")
                    .hasStackTraceContaining("connections left by the test, by port"));
        } finally {
            Leaky.client.close();
        }
    }

    private static void assertThatPortIsClosed(int port) {
        try (Socket socket = new Socket(Ports.HOST, port)) {
            throw new AssertionError("connected to " + socket);
        } catch (IOException expected) {
            assertThat(expected).hasMessageContaining("refused");
        }
    }

    private static List<Throwable> failuresOf(Class<?> specimen) {
        specimensRun = true;
        var listener = new SummaryGeneratingListener();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(specimen))
                .build();
        LauncherFactory.create().execute(request, listener);
        specimensRun = false;
        assertThat(listener.getSummary().getTestsStartedCount()).isEqualTo(1);
        return listener.getSummary().getFailures().stream()
                .map(failure -> failure.getException())
                .toList();
    }

    /** Run by a test above. */
    @ZooKeeperTest
    static class Clean {
        private static EmbeddedServer server;
        private static FaultNetwork network;

        @Test
        void usesEverything(EmbeddedServer server, FaultNetwork network, IndependentClient observer) throws Exception {
            Clean.server = server;
            Clean.network = network;
            try (RawClient client = RawClient.connected(network.connectString(), Duration.ofSeconds(30))) {
                client.create("/a");
            }
            observer.delete("/a");
        }
    }

    /** Run by a test above. */
    @ZooKeeperTest
    static class Leaky {
        private static ZooKeeper client;

        @Test
        void leavesAClient(EmbeddedServer server) throws Exception {
            assumeTrue(specimensRun);
            client = RawClient.connected(server.connectString(), Duration.ofSeconds(30))
                    .zooKeeper();
        }
    }
}
