package io.perennial.internal.state;

import static io.perennial.SessionState.CLOSED;
import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.CONNECTING;
import static io.perennial.SessionState.FAILED;
import static io.perennial.SessionState.LATENT;
import static io.perennial.SessionState.LOST;
import static io.perennial.SessionState.READ_ONLY;
import static io.perennial.SessionState.RESTORING;
import static io.perennial.SessionState.SUSPENDED;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.perennial.LossDiagnosis;
import io.perennial.SessionInfo;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import io.perennial.SessionTransition.Cause;
import io.perennial.internal.engine.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The session's state, its table of legal transitions and its journal.
 *
 * <p>Concurrency: one immutable snapshot in a volatile field, written by the engine's thread alone; the lock only
 * serves threads that wait for a state or read the journal.
 */
public final class StateMachine {
    private static final int JOURNAL_SIZE = 32;
    private static final Map<SessionState, Set<SessionState>> LEGAL = legal();

    private final String sessionName;
    private final Ticker ticker;
    private final Consumer<SessionTransition> listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final ArrayDeque<SessionTransition> journal = new ArrayDeque<>();

    private volatile Snapshot snapshot;

    /**
     * One moment's picture.
     *
     * @param number how many transitions led here
     * @param state the state
     * @param since when it was entered, by the ticker
     * @param session the current server session
     * @param cause why it was entered
     * @param detail the last transition's sentence
     */
    public record Snapshot(
            long number,
            SessionState state,
            long since,
            @Nullable SessionInfo session,
            Cause cause,
            String detail) {}

    /**
     * The current state and what led to it.
     *
     * @param now the last transition's snapshot
     * @param journal the last transitions, oldest first; the last one led to {@code now}
     */
    public record History(Snapshot now, List<SessionTransition> journal) {}

    public StateMachine(String sessionName, Ticker ticker, Consumer<SessionTransition> listener) {
        this.sessionName = sessionName;
        this.ticker = ticker;
        this.listener = listener;
        this.snapshot = new Snapshot(0, LATENT, ticker.nanos(), null, Cause.STARTED, "built");
    }

    private static Map<SessionState, Set<SessionState>> legal() {
        var table = new EnumMap<SessionState, Set<SessionState>>(SessionState.class);
        table.put(LATENT, EnumSet.of(CONNECTING, CLOSED));
        table.put(CONNECTING, EnumSet.of(RESTORING, READ_ONLY, FAILED, CLOSED));
        table.put(RESTORING, EnumSet.of(CONNECTED, SUSPENDED, LOST, FAILED, CLOSED));
        table.put(CONNECTED, EnumSet.of(SUSPENDED, LOST, FAILED, CLOSED));
        table.put(READ_ONLY, EnumSet.of(CONNECTING, RESTORING, CONNECTED, SUSPENDED, LOST, FAILED, CLOSED));
        table.put(SUSPENDED, EnumSet.of(CONNECTED, RESTORING, READ_ONLY, LOST, FAILED, CLOSED));
        table.put(LOST, EnumSet.of(RESTORING, READ_ONLY, FAILED, CLOSED));
        table.put(FAILED, EnumSet.of(RESTORING, READ_ONLY, SUSPENDED, LOST, CLOSED));
        table.put(CLOSED, EnumSet.noneOf(SessionState.class));
        return table;
    }

    static boolean isLegal(SessionState from, SessionState to) {
        return LEGAL.getOrDefault(from, Set.of()).contains(to);
    }

    public Snapshot now() {
        return snapshot;
    }

    /** Enters a state. On the engine's thread. */
    void enter(
            SessionState to,
            Cause cause,
            @Nullable SessionInfo session,
            @Nullable LossDiagnosis diagnosis,
            String detail) {
        Snapshot old = snapshot;
        if (!isLegal(old.state, to)) {
            throw new IllegalStateException("session '" + sessionName + "': illegal transition " + old.state + " -> "
                    + to + " (" + cause + ")");
        }
        long now = ticker.nanos();
        var transition = new SessionTransition(
                old.state, to, cause, session, Duration.ofNanos(now - old.since), diagnosis, detail);
        lock.lock();
        try {
            snapshot = new Snapshot(old.number + 1, to, now, session, cause, detail);
            if (journal.size() == JOURNAL_SIZE) {
                journal.removeFirst();
            }
            journal.addLast(transition);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        listener.accept(transition);
    }

    /** The same state, without its session. On the engine's thread. */
    void withoutSession() {
        Snapshot old = snapshot;
        snapshot = new Snapshot(old.number, old.state, old.since, null, old.cause, old.detail);
    }

    /** Still failed, but now for that reason. On the engine's thread. */
    void stillFailed(Cause cause, String detail) {
        Snapshot old = snapshot;
        lock.lock();
        try {
            snapshot = new Snapshot(old.number, old.state, old.since, old.session, cause, detail);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public History history() {
        lock.lock();
        try {
            return new History(snapshot, List.copyOf(journal));
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a snapshot that satisfies the condition; returns the last one seen in any case. */
    public Snapshot await(Predicate<Snapshot> condition, Duration timeout) throws InterruptedException {
        long left = TimeUnit.NANOSECONDS.convert(timeout);
        lock.lockInterruptibly();
        try {
            while (!condition.test(snapshot) && left > 0) {
                left = changed.awaitNanos(left);
            }
            return snapshot;
        } finally {
            lock.unlock();
        }
    }
}
