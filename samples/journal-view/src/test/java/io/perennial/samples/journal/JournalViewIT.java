package io.perennial.samples.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionReport;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.samples.terminal.Screen;
import io.perennial.samples.timeline.Chronicle;
import io.perennial.samples.timeline.History;
import io.perennial.samples.timeline.Note;
import io.perennial.samples.timeline.Transition;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXConnectorServerFactory;
import javax.management.remote.JMXServiceURL;
import jdk.jfr.Recording;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads what a real session tells of a real outage, in both ways. */
class JournalViewIT {
    @TempDir
    private Path directory;

    @Test
    void showsWhatARealSessionTold_byItsRecordingAndByItsReport() throws Exception {
        SessionReport report = outage();
        List<SessionState> states =
                report.recentTransitions().stream().map(SessionTransition::to).toList();
        assertThat(states).contains(SessionState.LOST);

        for (String file : List.of("real.jfr", "real.json")) {
            Chronicle chronicle = Source.read(directory.resolve(file));
            History history = chronicle.sessions().get(0);
            assertThat(history.session()).isEqualTo("real");
            assertThat(history.transitions()).extracting(Transition::to).containsExactlyElementsOf(states);
            assertThat(history.losses()).singleElement().satisfies(loss -> {
                assertThat(loss.kind()).isEqualTo("NO_SERVER");
                assertThat(loss.silence()).isGreaterThan(Duration.ofSeconds(1));
                assertThat(loss.explanation()).contains("no server could be reached");
            });
            assertThat(history.restorations()).hasSize(2).allSatisfy(r -> {
                assertThat(r.completed()).isTrue();
                assertThat(r.nodes()).isEqualTo(1);
            });
            var screen = new Screen();
            Path page = directory.resolve(file + ".html");
            int status = JournalView.commandLine(screen.terminal())
                    .execute(directory.resolve(file).toString(), "--output", page.toString());
            assertThat(status).isZero();
            assertThat(Files.readString(page, UTF_8)).contains("lost: NO_SERVER", "restored in", "RESUMED");
        }
        assertThat(Source.read(directory.resolve("real.jfr")).sessions().get(0).notes())
                .filteredOn(note -> note.kind() == Note.Kind.SLOW_CALLBACK)
                .as("on a busy machine there are others")
                .anySatisfy(note -> assertThat(note.took()).isGreaterThan(Duration.ofMillis(250)));
    }

    @Test
    void asksALiveSession() throws Exception {
        JMXConnectorServer jmx = JMXConnectorServerFactory.newJMXConnectorServer(
                new JMXServiceURL("service:jmx:rmi://"), null, ManagementFactory.getPlatformMBeanServer());
        jmx.start();
        Path page = directory.resolve("live.html");
        var screen = new Screen();
        try (var server = new TestingServer();
                var session = ResilientSession.builder()
                        .name("live")
                        .connectString(server.getConnectString())
                        .build()) {
            session.ephemerals().register("/node", new byte[0]);
            session.start();
            assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();

            int status = JournalView.commandLine(screen.terminal())
                    .execute("--jmx", jmx.getAddress().toString(), "--output", page.toString());

            assertThat(status).isZero();
        } finally {
            jmx.stop();
        }
        assertThat(Files.readString(page, UTF_8))
                .contains("<h2>live</h2>", "In the end CONNECTED, 1 of 1 nodes held", "Start, ");
    }

    /** Leaves a recording and a report of a session whose server was away for longer than its timeout. */
    private SessionReport outage() throws Exception {
        try (var recording = new Recording();
                var server = new TestingServer();
                var session = ResilientSession.builder()
                        .name("real")
                        .connectString(server.getConnectString())
                        .sessionTimeout(Duration.ofSeconds(10))
                        .build()) {
            recording.start();
            var lost = new CountDownLatch(1);
            session.addListener(t -> {
                if (t.to() == SessionState.LOST) {
                    dawdle();
                    lost.countDown();
                }
            });
            EphemeralNode node = session.ephemerals().register("/node", new byte[0]);
            session.start();
            assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
            server.stop();
            assertThat(lost.await(60, TimeUnit.SECONDS)).isTrue();
            server.restart();
            assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
            // The state is seen a moment before it is told; what comes after it has been told as well.
            node.update(new byte[1]).get(30, TimeUnit.SECONDS);
            SessionReport report = session.report();
            Files.writeString(directory.resolve("real.json"), report.toJson());
            recording.stop();
            recording.dump(directory.resolve("real.jfr"));
            return report;
        }
    }

    /** Long enough to be told as a slow callback. */
    private static void dawdle() {
        try {
            Thread.sleep(300);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
