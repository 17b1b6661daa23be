package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.JvmProcess;
import io.perennial.testing.SessionRig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.Security;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names that stop to resolve, or resolve to other addresses; with the JVM's own resolver, in a JVM of its own. */
class NameResolutionIT {
    private static final String NAME = "zookeeper.test";
    private static final String NOWHERE = "127.0.0.1 something-else.test\n";

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final EmbeddedServer server = rig.server();
    private final FaultProxy proxy = rig.proxy();

    @TempDir
    private Path directory;

    private Path hosts;

    @BeforeEach
    void resolveTheName() throws IOException {
        hosts = directory.resolve("hosts");
        resolve("127.0.0.1 " + NAME + "\n");
    }

    /** At once, for the program may be reading. */
    private void resolve(String entries) throws IOException {
        Path next = Files.writeString(directory.resolve("hosts.next"), entries);
        Files.move(next, hosts, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private JvmProcess connectedProgram() {
        JvmProcess program = program();
        program.awaitLine(line -> line.startsWith("RESTORING -> CONNECTED"));
        return program;
    }

    private JvmProcess program() {
        return rig.open(JvmProcess.start(
                List.of("-Djava.net.preferIPv4Stack=true", "-Djdk.net.hosts.file=" + hosts, "-Dlog=OFF"),
                Program.class,
                NAME + ":" + proxy.port()));
    }

    @Test
    @Tag("S-54")
    void retries_whenTheNameDoesNotResolveAtTheStart() throws Exception {
        resolve(NOWHERE);
        JvmProcess program = program();
        program.awaitLine(line -> line.startsWith("LATENT -> CONNECTING"));
        assertThat(server.sessionIds()).isEmpty();

        resolve("127.0.0.1 " + NAME + "\n");

        program.awaitLine(line -> line.startsWith("RESTORING -> CONNECTED"));
    }

    @Test
    @Tag("S-54")
    @DisplayName("retries when the name does not resolve while the session is rebuilt")
    void retries_whenTheNameDoesNotResolveWhileRebuilding() throws Exception {
        JvmProcess program = connectedProgram();
        long first = server.sessionIds().iterator().next();
        resolve(NOWHERE);

        proxy.cut();
        server.expireSession(first);
        program.awaitLine(line -> line.contains("-> LOST"));
        int accepted = proxy.connectionsAccepted();
        int lines = program.lineCount();
        resolve("127.0.0.1 " + NAME + "\n");

        program.awaitLineAfter(lines, line -> line.startsWith("RESTORING -> CONNECTED generation 2"));
        assertThat(proxy.connectionsAccepted()).isGreaterThan(accepted);
    }

    @Test
    @Tag("S-55")
    @DisplayName("follows a name to another address in the same session (ZOOKEEPER-2184)")
    void followsTheName_toAnotherAddress() throws Exception {
        FaultProxy moved = rig.open(proxy.twinAt("127.0.0.2"));
        JvmProcess program = connectedProgram();
        long session = server.sessionIds().iterator().next();
        int lines = program.lineCount();

        resolve("127.0.0.2 " + NAME + "\n");
        proxy.disconnect();

        program.awaitLineAfter(lines, line -> line.startsWith("SUSPENDED -> CONNECTED generation 1"));
        await().untilAsserted(() -> assertThat(moved.openConnections()).isEqualTo(1));
        assertThat(server.sessionIds()).containsExactly(session);
    }

    /** Holds a session and prints its transitions. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws InterruptedException {
            // The JVM's cache of names; java.security's 10 s for failures would win over a system property.
            Security.setProperty("networkaddress.cache.ttl", "0");
            Security.setProperty("networkaddress.cache.negative.ttl", "0");
            try (ResilientSession session = ResilientSession.builder()
                    .connectString(arguments[0])
                    .sessionTimeout(Duration.ofSeconds(8))
                    .listener(t -> System.out.println(t.from() + " -> " + t.to()
                            + (t.session() == null
                                    ? ""
                                    : " generation " + t.session().generation())))
                    .build()
                    .start()) {
                new CountDownLatch(1).await(); // until it is killed
            }
        }
    }
}
