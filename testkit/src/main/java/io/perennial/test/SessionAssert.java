package io.perennial.test;

import io.perennial.ResilientSession;
import io.perennial.SessionInfo;
import io.perennial.SessionReport;
import io.perennial.SessionState;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.operation.Effect;
import io.perennial.watch.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.zookeeper.data.Stat;
import org.assertj.core.api.Assertions;

/** Assertions about a session. */
public final class SessionAssert extends ClientAssert<SessionAssert, ResilientSession> {
    private static final Duration CALL = Duration.ofSeconds(3);

    SessionAssert(ResilientSession actual) {
        super(actual, SessionAssert.class);
    }

    /**
     * Waits until the session is {@code CONNECTED}, which means restored, and works: it answers a synchronous call and
     * a background call, and delivers a new watch's first state on the callback executor.
     *
     * @return how long it took, to be limited by {@link Recovery#within(Duration)}
     */
    @Override
    public Recovery recovers() {
        return super.recovers();
    }

    /**
     * Waits until each of these nodes is on the server and the live session owns it.
     *
     * @param paths below the session's namespace
     * @return this
     */
    public SessionAssert holds(String... paths) {
        waitFor("holds " + List.of(paths), () -> {
            for (String path : paths) {
                checkOwner(path);
            }
        });
        return this;
    }

    /**
     * Waits until every node that the session has registered is held, and on the server the live session owns it.
     *
     * @return this
     */
    public SessionAssert holdsItsNodes() {
        waitFor("holds its nodes", () -> {
            for (EphemeralNode node : actual.ephemerals().nodes()) {
                Assertions.assertThat(node.status())
                        .as("status of %s", node.path())
                        .isEqualTo(EphemeralNode.Status.HELD);
                checkOwner(node.path());
            }
        });
        return this;
    }

    /**
     * Waits until every ephemeral node of the servers belongs to this session's current server session, so that none is
     * left of its former ones. For tests with one session; with more, see {@link ServiceAssert#hasNoGhostNodes}.
     *
     * @param service the servers, which are asked directly, bypassing any network
     * @return this
     */
    public SessionAssert hasNoGhostNodes(ZooKeeperService service) {
        waitFor("has no ghost nodes", () -> {
            long alive = liveSession();
            Map<String, Long> owners = service.ephemeralNodes();
            Assertions.assertThat(owners)
                    .as("ephemeral nodes by their owner; alive is %s", alive)
                    .allSatisfy((path, owner) -> Assertions.assertThat(owner).isEqualTo(alive));
        });
        return this;
    }

    /**
     * Waits until every watch is armed. To check that what listeners received agrees with the server, use {@link
     * RecordedWatch}.
     *
     * @return this
     */
    public SessionAssert hasArmedItsWatches() {
        waitFor("has armed its watches", () -> {
            SessionReport report = actual.report();
            Assertions.assertThat(report.watchesArmed()).as("armed watches").isEqualTo(report.watchesWanted());
        });
        return this;
    }

    @Override
    String subject() {
        return "session '" + actual.name() + "'";
    }

    @Override
    String details() {
        return actual.report().toString();
    }

    @Override
    boolean isConnected() {
        return actual.state() == SessionState.CONNECTED;
    }

    @Override
    void callAndWait() {
        var unused = actual.operations()
                .within(CALL)
                .call(
                        Effect.READ,
                        curator -> Optional.ofNullable(curator.checkExists().forPath("/")));
    }

    @Override
    void callInBackground(Runnable done) throws Exception {
        CuratorAssert.callInBackground(actual.curator(), done);
    }

    @Override
    void tryMore() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        try (Watch watch = actual.watches().node("/", change -> told.countDown())) {
            awaitCallback("first state reported to a watch of " + watch.path(), told);
        }
    }

    private void checkOwner(String path) throws Exception {
        Stat stat = actual.curator().checkExists().forPath(path);
        Assertions.assertThat(stat).as("node %s", path).isNotNull();
        Assertions.assertThat(stat.getEphemeralOwner())
                .as("session that owns %s", path)
                .isEqualTo(liveSession());
    }

    private long liveSession() {
        return actual.info()
                .map(SessionInfo::sessionId)
                .orElseThrow(() -> new IllegalStateException("no server session at the moment"));
    }
}
