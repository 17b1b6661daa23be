package io.perennial.internal.session;

import static io.perennial.testing.SessionRig.PATIENCE;
import static io.perennial.testing.Sessions.awaitState;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.threadsNamed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.curator.CuratorConnectionLossException;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.Watcher.WatcherType;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** While no server grants a session: what is told of it, and what can be done meanwhile. */
@ExtendWith(NoLeaks.class)
class NoServerIT {
    private static final String NETTY = "org.apache.zookeeper.ClientCnxnSocketNetty";

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final EmbeddedServer server = rig.server();
    private final int port = server.port();

    @BeforeEach
    void leaveThePort() {
        server.stop();
    }

    private ResilientSession.Builder builder() {
        return ResilientSession.builder()
                .name("alone")
                .connectString("127.0.0.1:" + port)
                .sessionTimeout(Duration.ofSeconds(20))
                .closeTimeout(Duration.ofSeconds(2));
    }

    private static void assertProblem(ResilientSession session, String... parts) {
        eventually(() -> {
            assertThat(session.report().problems()).singleElement().asString().contains(parts);
            assertThat(session.report().toJson()).contains(parts);
        });
    }

    @Test
    @Tag("H1")
    void saysThatConnectionsAreRefused_untilAServerGivesASession() throws Exception {
        ResilientSession session = rig.start(builder());
        assertProblem(session, "no server is reachable after", "127.0.0.1:" + port + ": refuses connections");

        server.restart();

        awaitState(session, SessionState.CONNECTED);
        assertThat(session.report().problems()).isEmpty();
    }

    @Test
    @Tag("H1")
    void saysWhyTheConnectionDoesNotComeBack() throws Exception {
        server.restart();
        FaultProxy proxy = rig.open(new FaultProxy(server.port()));
        ResilientSession session =
                rig.connect(builder().connectString(proxy.connectString()).sessionTimeout(Duration.ofSeconds(4)));

        proxy.disconnect();
        awaitState(session, SessionState.SUSPENDED);
        assertProblem(session, "refuses connections");
        awaitState(session, SessionState.LOST);
        assertProblem(session, "refuses connections");
    }

    @Test
    @Tag("H1")
    @Tag("C6")
    void saysThatAServerAcceptsAndHangsUp() throws Exception {
        rig.open(new Answering(port, ""));
        ResilientSession session = rig.start(builder());

        assertProblem(
                session,
                "no server grants a session after",
                "127.0.0.1:" + port + ": accepts connections and hangs up");
    }

    @Test
    @Tag("H1")
    void saysThatSomethingElseAnswersAtThePort() throws Exception {
        rig.open(new Answering(port, "HTTP/1.1 400 Bad Request\r\n\r\n"));
        ResilientSession session = rig.start(builder());

        assertProblem(session, "answers 'HTTP/1.1 400 Bad Request'", "no ZooKeeper server");
    }

    @Test
    @Tag("C14")
    @DisplayName("Curator's reset(), which closes the handle, does not wait for a server")
    void closesTheHandleAtOnce_whenTheApplicationResetsCurator() throws Exception {
        ResilientSession session = rig.start(builder());
        assertProblem(session, "refuses connections"); // so that its thread is held

        CompletableFuture<Void> reset = CompletableFuture.runAsync(() -> {
            try {
                session.curator().getZookeeperClient().reset();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });

        assertThat(reset).succeedsWithin(PATIENCE);
        server.restart();
        awaitState(session, SessionState.CONNECTED);
        assertThat(session.curator().checkExists().forPath("/")).isNotNull();
    }

    @Test
    @Tag("C14")
    void refusesToWaitForAServer_withWhatIsAskedOfWatches() throws Exception {
        ZooKeeper handle = Sessions.handleOf(rig.start(builder()));
        assertRefused(() -> handle.exists("/", false)); // from now on none waits

        assertRefused(() -> handle.removeWatches("/", event -> {}, WatcherType.Any, true));
        assertRefused(() -> handle.removeAllWatches("/", WatcherType.Any, true));
        assertRefused(() -> handle.addWatch("/", event -> {}, AddWatchMode.PERSISTENT));
        assertRefused(() -> handle.getConfig(false, null));
    }

    private static void assertRefused(ThrowingCallable call) {
        eventually(() -> assertThat(CompletableFuture.supplyAsync(() -> catchThrowable(call)))
                .succeedsWithin(PATIENCE)
                .isInstanceOf(CuratorConnectionLossException.class));
    }

    @Test
    @Tag("C19")
    @DisplayName("An interrupt of the client's thread does not keep it from connecting, on Netty's socket either")
    void connects_afterItsThreadHasBeenInterrupted() throws Exception {
        var config = new ZKClientConfig();
        config.setProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, NETTY);
        config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
        ResilientSession session = rig.start(builder().clientConfig(config));
        assertProblem(session, "refuses connections");

        threadsNamed("perennial-alone-handle-1-SendThread").forEach(Thread::interrupt);
        eventually(() -> assertThat(threadsNamed("perennial-alone-handle-1-SendThread"))
                .isNotEmpty()
                .noneMatch(Thread::isInterrupted));
        server.restart();

        awaitState(session, SessionState.CONNECTED);
    }

    /** Takes what comes first, says something and hangs up. */
    private static final class Answering implements AutoCloseable {
        private final ServerSocket listener;
        private final Thread thread;

        Answering(int port, String answer) throws Exception {
            listener = new ServerSocket(port, 50, InetAddress.getByName("127.0.0.1"));
            thread = new Thread(() -> serve(answer.getBytes(StandardCharsets.US_ASCII)), "test-answering");
            thread.setDaemon(true);
            thread.start();
        }

        private void serve(byte[] answer) {
            while (!listener.isClosed()) {
                try (Socket client = listener.accept()) {
                    if (client.getInputStream().read() >= 0) {
                        client.getOutputStream().write(answer);
                    }
                } catch (IOException e) {
                    // The client was quicker, or the test is over.
                }
            }
        }

        @Override
        public void close() throws Exception {
            listener.close();
            thread.join();
        }
    }
}
