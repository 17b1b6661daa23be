package io.perennial.samples.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.SessionInfo;
import io.perennial.SessionReport;
import io.perennial.SessionState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;

class JudgeTest {
    private static final long SESSION = 0x100;
    private static final Layout LAYOUT = new Layout(2, 1);
    private static final String WORKER = LAYOUT.workers().get(0);
    private static final String SETTING = LAYOUT.settings().get(0);
    private static final Change CHANGE = new Change(SETTING, "'value 1' of zxid 0x20");

    private final Side before = new Side();
    private final Side after = new Side();

    @Test
    void holds_whenNothingIsRewrittenAndTheChangeIsReportedOnce() {
        assertThat(judge(false)).isEmpty();
    }

    @Test
    void holds_whenANewSessionOwnsNewNodes() {
        newSession();

        assertThat(judge(true)).isEmpty();
    }

    @Test
    void noticesANewSession_whereTheOldOneShouldLive() {
        newSession();

        assertThat(judge(false))
                .anySatisfy(problem -> assertThat(problem).contains("should be the same", "0x100", "0x200"))
                .contains("the generation should be 1 and is 2")
                .contains("nodes made anew or written to: 2, such as " + WORKER);
    }

    @Test
    void noticesTheOldSession_whereANewOneShouldBe() {
        assertThat(judge(true))
                .anySatisfy(problem -> assertThat(problem).contains("should be new"))
                .contains("the generation should be 2 and is 1");
    }

    @Test
    void noticesNodesOfAnotherSession() {
        after.workers.put(WORKER, node(0x300, 10, 10));

        assertThat(judge(false)).containsExactly("nodes of another owner than the session: 1, such as " + WORKER);
    }

    @Test
    void noticesWritesToNodes() {
        after.workers.put(WORKER, node(SESSION, 10, 11));

        assertThat(judge(false)).containsExactly("nodes made anew or written to: 1, such as " + WORKER);
    }

    @Test
    void noticesMissingAndAdditionalNodes() {
        after.workers.remove(WORKER);
        after.names.remove("w-00001");
        after.names.add("w-00007");

        assertThat(judge(false))
                .containsExactly(
                        "nodes missing: 1, such as w-00001", "nodes that nobody registered: 1, such as w-00007");
    }

    @Test
    void noticesAWatchThatIsBehind() {
        after.state.put(SETTING, "'value 2' of zxid 0x21");

        assertThat(judge(false))
                .containsExactly(SETTING + " is 'value 2' of zxid 0x21, last reported as 'value 1' of zxid 0x20");
    }

    @Test
    void noticesAChangeNotReportedOrReportedTwice() {
        after.calls.clear();
        assertThat(judge(false)).containsExactly("reported 0 times: " + CHANGE);

        after.calls.addAll(List.of(new ReportedChanges.Call(CHANGE, true), new ReportedChanges.Call(CHANGE, true)));
        assertThat(judge(false)).containsExactly("reported 2 times: " + CHANGE);
    }

    @Test
    void noticesAChangeReportedAsIfSeen() {
        after.calls.set(0, new ReportedChanges.Call(CHANGE, false));

        assertThat(judge(false)).containsExactly("not reported as changed while away: " + CHANGE);
    }

    @Test
    void noticesAChangeThatNobodyMade() {
        after.calls.add(new ReportedChanges.Call(new Change(Layout.JOBS, "gained [x], lost []"), true));

        assertThat(judge(false)).containsExactly("reported, but not made: /jobs gained [x], lost []");
    }

    @Test
    void noticesWhatTheSessionItselfDoesNotClaim() {
        after.nodesHeld = 1;
        after.watchesArmed = 0;

        assertThat(judge(false))
                .containsExactly(
                        "the session says that it holds 1 of 2 nodes",
                        "the session says that 0 of 1 watches are armed");
    }

    private List<String> judge(boolean newSession) {
        return Judge.problems(LAYOUT, newSession, before.picture(), after.picture(), List.of(CHANGE), true);
    }

    private void newSession() {
        after.session = session(2, 0x200);
        LAYOUT.workers().forEach(path -> after.workers.put(path, node(0x200, 30, 30)));
    }

    private static SessionInfo session(long generation, long id) {
        return new SessionInfo(generation, id, Duration.ofSeconds(4), Duration.ofSeconds(4), null, Instant.EPOCH);
    }

    private static Witness.Node node(long owner, long czxid, long mzxid) {
        var stat = new Stat();
        stat.setEphemeralOwner(owner);
        stat.setCzxid(czxid);
        stat.setMzxid(mzxid);
        return new Witness.Node(stat, "ready".getBytes(UTF_8));
    }

    /** A picture to tamper with; as it is, it shows all as it must be. */
    private static final class Side {
        SessionInfo session = session(1, SESSION);
        int nodesHeld = LAYOUT.nodes();
        int watchesArmed = LAYOUT.watches();
        final Map<String, Witness.Node> workers = new HashMap<>();
        final TreeSet<String> names = new TreeSet<>(List.of("w-00001", "w-00002"));
        final List<ReportedChanges.Call> calls = new ArrayList<>(List.of(new ReportedChanges.Call(CHANGE, true)));
        final Map<String, String> reportedState = new TreeMap<>(Map.of(SETTING, CHANGE.what()));
        final Map<String, String> state = new TreeMap<>(reportedState);

        Side() {
            LAYOUT.workers().forEach(path -> workers.put(path, node(SESSION, 10, 10)));
        }

        Picture picture() {
            var report = new SessionReport(
                    "quickstart",
                    Instant.EPOCH,
                    SessionState.CONNECTED,
                    Duration.ZERO,
                    session,
                    Duration.ZERO,
                    null,
                    LAYOUT.nodes(),
                    nodesHeld,
                    LAYOUT.watches(),
                    watchesArmed,
                    0,
                    List.of(),
                    null,
                    List.of(),
                    List.of());
            return new Picture(report, calls, reportedState, names, workers, state);
        }
    }
}
