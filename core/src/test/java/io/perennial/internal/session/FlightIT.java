package io.perennial.internal.session;

import static io.perennial.testing.Sessions.awaitGeneration;
import static io.perennial.testing.Sessions.awaitState;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionInfo;
import io.perennial.SessionReport;
import io.perennial.SessionReport.Attachment;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import io.perennial.test.JvmProcess;
import io.perennial.test.NoLeaks;
import io.perennial.testing.Blocking;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import io.perennial.testing.TestOwner;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordedEvent;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a flight recording and a report say of what happened to a session. */
@ExtendWith(NoLeaks.class)
class FlightIT {
    private static final byte[] DATA = {1};
    private static final String NAME = "tested";

    @AutoClose
    private final SessionRig rig = new SessionRig();

    @AutoClose
    private final Flight flight = new Flight();

    @Test
    void tellsEachTransition() throws Exception {
        ResilientSession session = connectedWithANodeAndAWatch();
        rig.proxy().cut();
        eventually(() -> assertThat(rig.heard().states()).contains(SessionState.SUSPENDED));
        awaitState(session, SessionState.CONNECTED);
        SessionInfo info = session.info().orElseThrow();
        session.close();

        List<SessionTransition> heard = rig.heard().all();
        List<RecordedEvent> told = flight.events("Transition", NAME);
        assertThat(told).hasSameSizeAs(heard);
        for (int i = 0; i < told.size(); i++) {
            assertIs(told.get(i), heard.get(i));
        }
        assertThat(told.get(told.size() - 2)).satisfies(connected -> {
            assertThat(connected.getString("to")).isEqualTo("CONNECTED");
            assertThat(connected.getLong("generation")).isEqualTo(1);
            assertThat(connected.getString("sessionId")).isEqualTo(info.sessionIdHex());
            assertThat(connected.getDuration("negotiatedTimeout")).isEqualTo(info.negotiatedTimeout());
        });
        assertThat(told).allMatch(event -> event.getStackTrace() == null);
        assertThat(told.get(0).getEventType().getCategoryNames()).containsExactly("Perennial");
    }

    private static void assertIs(RecordedEvent event, SessionTransition transition) {
        SessionInfo info = transition.session();
        assertThat(event.getString("from")).isEqualTo(transition.from().name());
        assertThat(event.getString("to")).isEqualTo(transition.to().name());
        assertThat(event.getString("cause")).isEqualTo(transition.cause().name());
        // JDK 17 loses strings that an earlier recording in the same JVM has pooled: those that repeat.
        assertThat(event.getString("detail")).isIn(transition.detail(), null);
        if (transition.to() == SessionState.SUSPENDED) {
            assertThat(event.getString("detail"))
                    .as("has a figure, and does not repeat")
                    .isNotNull();
        }
        assertThat(event.getDuration("inPreviousState"))
                .isEqualTo(Duration.ofMillis(transition.inPreviousState().toMillis()));
        assertThat(event.getLong("generation")).isEqualTo(info == null ? 0 : info.generation());
        assertThat(event.getString("sessionId")).isEqualTo(info == null ? "" : info.sessionIdHex());
    }

    @Test
    void tellsALossAndWhatBringsAllBack() throws Exception {
        ResilientSession session = connectedWithANodeAndAWatch();
        Instant before = Instant.now();
        rig.server().expireSession(idOf(session));
        awaitGeneration(session, 2);
        eventually(() -> assertThat(session.report().recentRestorations()).hasSize(2));

        assertThat(flight.events("Loss", NAME)).singleElement().satisfies(loss -> {
            assertThat(loss.getString("kind")).isEqualTo("EXPIRED_BY_SERVER");
            assertThat(loss.getString("explanation"))
                    .isEqualTo(session.report().lastLoss().explanation());
            assertThat(loss.getDuration("silence").toMillis())
                    .isEqualTo(session.report().lastLoss().silence().toMillis());
            assertThat(loss.getDuration("longestPause").toMillis())
                    .isEqualTo(session.report().lastLoss().longestPause().toMillis());
        });
        List<RecordedEvent> restorations = flight.events("Restoration", NAME);
        assertThat(restorations).hasSize(2);
        assertRestoration(restorations.get(1), 2, "NEW_SESSION", 1, 1, true);
        assertThat(session.report().recentRestorations().get(1)).satisfies(restoration -> {
            assertThat(restoration.at()).isBetween(before, Instant.now());
            assertThat(restoration.generation()).isEqualTo(2);
            assertThat(restoration.attachment()).isEqualTo(Attachment.NEW_SESSION);
            assertThat(restoration.nodes()).isEqualTo(1);
            assertThat(restoration.watches()).isEqualTo(1);
            assertThat(restoration.completed()).isTrue();
            assertThat(restoration.took()).isPositive();
        });
    }

    @Test
    @DisplayName("a restoration that new trouble ends is told too, as not completed")
    void tellsARestorationThatWasAbandoned() throws Exception {
        ResilientSession session = connectedWithANodeAndAWatch();
        long id = idOf(session);
        rig.proxy().refuse(); // else the client may hear of the node's end before its session's, and put it back
        rig.proxy().cut();
        rig.server().expireSession(id);
        var lost = rig.proxy().loseRequest(opCode -> opCode == OpCode.multi);
        rig.proxy().accept();
        lost.get(30, TimeUnit.SECONDS);
        awaitGeneration(session, 2);

        assertThat(session.report().recentRestorations())
                .extracting(SessionReport.Restoration::completed)
                .containsSubsequence(true, false, true);
        assertThat(flight.events("Restoration", NAME))
                .extracting(event -> event.getBoolean("completed"))
                .containsExactlyElementsOf(session.report().recentRestorations().stream()
                        .map(SessionReport.Restoration::completed)
                        .toList());
    }

    @Test
    void tellsHowARestorationCameAbout() throws Exception {
        ResilientSession session = connectedWithANodeAndAWatch();
        rig.proxy().cut();
        eventually(() -> assertThat(session.report().recentRestorations())
                .filteredOn(SessionReport.Restoration::completed)
                .hasSize(2));
        Sessions.handleOf(session).getTestable().injectSessionExpiration();
        eventually(() -> assertThat(session.report().recentRestorations())
                .filteredOn(SessionReport.Restoration::completed)
                .hasSize(3));

        List<RecordedEvent> completed = flight.events("Restoration", NAME).stream()
                .filter(event -> event.getBoolean("completed"))
                .toList();
        assertThat(completed).hasSize(3);
        assertRestoration(completed.get(0), 1, "NEW_SESSION", 0, 0, true);
        assertRestoration(completed.get(1), 1, "RECONNECTED", 1, 1, true);
        assertRestoration(completed.get(2), 1, "RESUMED", 1, 1, true);
    }

    private static void assertRestoration(
            RecordedEvent event, long generation, String attachment, int nodes, int watches, boolean completed) {
        assertThat(event.getLong("generation")).isEqualTo(generation);
        assertThat(event.getString("attachment")).isEqualTo(attachment);
        assertThat(event.getInt("nodes")).isEqualTo(nodes);
        assertThat(event.getInt("watches")).isEqualTo(watches);
        assertThat(event.getBoolean("completed")).isEqualTo(completed);
        assertThat(event.getDuration()).isPositive();
    }

    @Test
    @DisplayName("a callback that takes long is told, with its thread; in the report and the log while it runs")
    void tellsASlowCallback() throws Exception {
        var release = new CountDownLatch(1);
        ResilientSession session = rig.connect(
                builder -> builder.sessionTimeout(Duration.ofSeconds(5)).listener(transition -> {
                    if (transition.to() == SessionState.CONNECTED) {
                        Blocking.until(release);
                    }
                }));

        eventually(() -> assertThat(session.report().problems())
                .singleElement()
                .asString()
                .contains("a session listener has been running for", "perennial-tested-callback"));
        eventually(() -> assertThat(rig.logLines())
                .filteredOn(line -> line.contains("a session listener has been running"))
                .singleElement()
                .asString()
                .startsWith("WARN session 'tested': "));
        assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
        assertThat(flight.events("SlowCallback", NAME)).as("while it runs").isEmpty();
        release.countDown();

        eventually(() -> assertThat(flight.events("SlowCallback", NAME))
                .singleElement()
                .satisfies(slow -> {
                    assertThat(slow.getString("callback")).isEqualTo("session listener");
                    assertThat(slow.getDuration()).isGreaterThan(Duration.ofMillis(600));
                    assertThat(slow.getThread().getJavaName()).isEqualTo("perennial-tested-callback");
                }));
        assertThat(session.report().problems()).isEmpty();
    }

    @Test
    void tellsThatAnOrphanWasEnded() throws Exception {
        var owner = new TestOwner();
        ResilientSession session = rig.connect(builder -> builder.owner(owner));
        String id = session.info().orElseThrow().sessionIdHex();

        owner.end();
        awaitState(session, SessionState.CLOSED);

        eventually(() -> assertThat(flight.events("OrphanEnded", NAME))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.getString("owner")).isEqualTo("the test's application");
                    assertThat(event.getString("sessionId")).isEqualTo(id);
                    assertThat(event.getLong("generation")).isEqualTo(1);
                }));
    }

    @Test
    void tellsNoOrphan_whenTheSessionIsClosed() throws Exception {
        rig.connect(SessionRig.SESSION_TIMEOUT).close();

        assertThat(flight.events("Transition", NAME)).isNotEmpty();
        assertThat(flight.events("OrphanEnded", NAME)).isEmpty();
    }

    @Test
    @DisplayName("a Java runtime without the module jdk.jfr tells nothing, and all else works")
    void worksWithoutFlightRecorder() {
        var modules =
                "java.base,java.logging,java.management,java.naming,java.security.jgss,java.security.sasl,java.xml,"
                        + "jdk.unsupported";
        JvmProcess program = rig.open(JvmProcess.start(
                List.of("--limit-modules", modules),
                SmallRuntimeMain.class,
                rig.server().connectString()));

        program.awaitLine(line -> line.equals("state CLOSED"));

        assertThat(program.lines())
                .contains("recorder false", "heard RESTORING", "heard CONNECTED", "restored true", "heard CLOSED")
                .noneMatch(line -> line.contains("WARN") || line.contains("Error"));
    }

    @Test
    @Tag("H4")
    void tellsTheEndOfTheLease() throws Exception {
        ResilientSession session = rig.connect(SessionRig.SESSION_TIMEOUT);
        eventually(() -> assertThat(session.lease().isHeld()).isTrue());
        assertThat(flight.events("LeaseLapsed", NAME)).isEmpty();

        rig.proxy().freeze();
        eventually(() -> assertThat(flight.events("LeaseLapsed", NAME)).hasSize(1));
        rig.proxy().thaw();

        assertThat(flight.events("LeaseLapsed", NAME)).singleElement().satisfies(lapsed -> {
            assertThat(lapsed.getLong("generation")).isEqualTo(1);
            assertThat(lapsed.getDuration("silence")).isPositive();
        });
    }

    private ResilientSession connectedWithANodeAndAWatch() throws Exception {
        rig.observer().create("/watched", DATA);
        ResilientSession session = rig.connect();
        session.ephemerals().register("/node", DATA).whenHeld().get(30, TimeUnit.SECONDS);
        session.watches().node("/watched", change -> {}).whenArmed().get(30, TimeUnit.SECONDS);
        return session;
    }
}
