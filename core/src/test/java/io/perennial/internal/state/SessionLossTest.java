package io.perennial.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.LossDiagnosis.Kind;
import io.perennial.ResilientSessionException;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import io.perennial.SessionTransition.Cause;
import io.perennial.internal.connect.ConnectString;
import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.handle.HandleEvent;
import io.perennial.internal.handle.PlayedHandle;
import io.perennial.internal.handle.SessionCredentials;
import io.perennial.internal.lease.LapseHooks;
import io.perennial.internal.lease.LeaseClock;
import io.perennial.internal.lease.LeaseTime;
import io.perennial.internal.lease.PauseDetector;
import io.perennial.internal.restore.AttachedSession;
import io.perennial.internal.restore.Attachment;
import io.perennial.internal.restore.Restorable;
import io.perennial.internal.restore.Restoration;
import io.perennial.internal.restore.RestorationHistory;
import io.perennial.internal.telemetry.FlightJournal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The words of each loss, in each state, are in {@link EngineStoriesTest}. */
class SessionLossTest {
    private static final long ID = 7;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration TICK = Duration.ofMillis(500);

    private final HandTicker ticker = new HandTicker();
    private final ThrottledLog log = new ThrottledLog("orders", ticker);
    private final List<SessionTransition> told = new ArrayList<>();
    private final StateMachine states = new StateMachine("orders", ticker, told::add);
    private final LeaseTime time = new LeaseTime(ticker, ticker::nanos, TICK);
    private final LeaseClock lease = new LeaseClock(ticker, time, null, new LapseHooks(time, Runnable::run, log));
    private final HeldSession session = new HeldSession(TIMEOUT);
    private final TransitionReporter transitions = new TransitionReporter(states, session::info, () -> null);
    private final Part nodes = new Part();
    private final Part watches = new Part();
    private final SessionLoss loss = new SessionLoss(
            session,
            new LossDiagnoser(lease, new PauseDetector(TICK, ticker.nanos(), () -> 0)),
            lease,
            new Restoration(
                    null,
                    null,
                    nodes,
                    watches,
                    new RestorationHistory(ticker, new FlightJournal("orders")),
                    new SplittableRandom(1),
                    () -> {}),
            states,
            transitions,
            log);

    /** Counts how often it is told that the session is lost. */
    private static final class Part implements Restorable {
        private int losses;

        @Override
        public void attached(AttachedSession live, Attachment how, Runnable restored) {}

        @Override
        public void detached() {}

        @Override
        public void lost() {
            losses++;
        }

        @Override
        public void closed(ResilientSessionException reason) {}

        @Override
        public int wanted() {
            return 0;
        }

        @Override
        public int standing() {
            return 0;
        }

        @Override
        public List<String> problems() {
            return List.of();
        }
    }

    @BeforeEach
    void connected() {
        transitions.started(ConnectString.UNKNOWN);
        connect();
        lease.begin(1, ID, TIMEOUT, ticker.nanos(), true);
        transitions.attached(Attachment.NEW_SESSION);
        session.use();
    }

    private void connect() {
        session.connected(new HandleEvent(
                new PlayedHandle(ticker).handle(),
                KeeperState.SyncConnected,
                new SessionCredentials(ID, new byte[16]),
                (int) TIMEOUT.toMillis(),
                null));
    }

    private SessionTransition last() {
        return told.get(told.size() - 1);
    }

    private void assertLost(Cause cause) {
        assertThat(last().to()).isEqualTo(SessionState.LOST);
        assertThat(last().cause()).isEqualTo(cause);
        assertThat(last().session()).isNull();
        assertThat(session.isInUse()).isFalse();
        assertThat(nodes.losses).isPositive();
        assertThat(watches.losses).isPositive();
    }

    @Test
    void forgetsASession_thatTheServerHasNoLonger() {
        loss.goneAtServer("asking for a new one");

        assertLost(Cause.SESSION_EXPIRED);
        assertThat(last().diagnosis().kind()).isEqualTo(Kind.EXPIRED_BY_SERVER);
        assertThat(session.isKnown()).isFalse();
        assertThat(session.earlierIds()).containsExactly(ID);
    }

    @Test
    void keepsASession_thatTheServerMayHave() {
        loss.givenUp("the client gave the session up");

        assertLost(Cause.SESSION_EXPIRED);
        assertThat(session.isKnown()).isTrue();
    }

    @Test
    void keepsASession_whoseLeaseHasElapsed() {
        loss.lapsed(null, false);

        assertLost(Cause.LEASE_ELAPSED);
        assertThat(session.isKnown()).isTrue();
    }

    @Test
    void endsTheLease_whenTheApplicationHasClosedTheHandle() {
        assertThat(lease.serverSession(0).sessionId()).isEqualTo(ID);

        loss.closedByApplication();

        assertLost(Cause.SESSION_EXPIRED);
        assertThat(lease.serverSession(0).sessionId()).isZero();
        assertThat(session.isKnown()).isTrue();
    }

    @Test
    void isOfTheConnectionOnly_asLongAsTheServerMayHoldTheSession() {
        loss.connectionLost();

        assertThat(last().to()).isEqualTo(SessionState.SUSPENDED);
        assertThat(session.isInUse()).isTrue();
        assertThat(nodes.losses).isZero();

        int before = told.size();
        loss.connectionLost();
        assertThat(told).as("told once").hasSize(before);
    }

    @Test
    void leavesAFailureTheNews_whenNothingStood() {
        session.drop();
        transitions.failed(Cause.AUTH_FAILED, "refused");

        loss.givenUp("the handle's thread died of an error");

        assertThat(last().to()).isEqualTo(SessionState.FAILED);
    }

    @Test
    void isTheNews_alsoAfterAFailure_whenSomethingStood() {
        transitions.failed(Cause.AUTH_FAILED, "refused");

        loss.lapsedSinceFailure();

        assertLost(Cause.LEASE_ELAPSED);
    }

    @Test
    void forgetsASession_thatIsNotToBeUsed() {
        loss.refused("granted less than asked for");

        assertLost(Cause.TIMEOUT_CLAMPED);
        assertThat(session.isKnown()).isFalse();
    }

    @Test
    void tellsOfNoLoss_whenASessionIsNotUsedFromItsBeginOn() {
        session.drop();
        connect();
        int before = told.size();

        loss.refused("granted less than asked for");

        assertThat(told).hasSize(before);
        assertThat(session.isKnown()).isFalse();
        assertThat(session.info()).isNull();
    }

    @Test
    void reportsNoSession_thatIsLostAfterAFailure() {
        session.drop();
        connect();
        transitions.failed(Cause.CHROOT_MISSING, "no such node");
        assertThat(states.now().session()).isNotNull();

        loss.givenUp("the handle's thread died of an error");

        assertThat(states.now().state()).isEqualTo(SessionState.FAILED);
        assertThat(states.now().session()).isNull();
    }

    @Test
    void forgetsASession_thatNoHandleCanTakeOver() {
        transitions.failed(Cause.AUTH_FAILED, "refused");

        loss.notTakenOver();

        assertLost(Cause.SESSION_EXPIRED);
        assertThat(session.isKnown()).isFalse();
        assertThat(session.earlierIds()).containsExactly(ID);
    }
}
