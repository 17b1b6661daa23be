package io.perennial.samples.quickstart;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.perennial.SessionListener;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The session's transitions since a fault began, to wait for. Thread-safe. */
final class Journal implements SessionListener {
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final List<SessionTransition> transitions = new ArrayList<>();

    @GuardedBy("lock")
    private long lastAt; // System.nanoTime

    @Override
    public void onTransition(SessionTransition transition) {
        synchronized (lock) {
            transitions.add(transition);
            lastAt = System.nanoTime();
            lock.notifyAll();
        }
    }

    void clear() {
        synchronized (lock) {
            transitions.clear();
        }
    }

    /** Waits until the session has left {@code CONNECTED}. */
    boolean awaitAway(Duration patience) throws InterruptedException {
        return await(seen -> !seen.isEmpty(), patience);
    }

    /** Waits until the session was in that state. */
    boolean awaitState(SessionState state, Duration patience) throws InterruptedException {
        return await(seen -> seen.stream().anyMatch(t -> t.to() == state), patience);
    }

    /** Waits until the session is back after a fault that had this consequence. */
    boolean awaitBack(SessionTransition.Cause consequence, Duration patience) throws InterruptedException {
        return await(
                seen -> seen.stream().anyMatch(t -> t.cause() == consequence)
                        && seen.get(seen.size() - 1).to() == SessionState.CONNECTED,
                patience);
    }

    /** The time of the last transition, by {@link System#nanoTime}. */
    long lastAt() {
        synchronized (lock) {
            return lastAt;
        }
    }

    private boolean await(Predicate<List<SessionTransition>> wanted, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        synchronized (lock) {
            while (!wanted.test(transitions)) {
                long millis = (deadline - System.nanoTime()) / 1_000_000;
                if (millis <= 0) {
                    return false;
                }
                lock.wait(millis);
            }
            return true;
        }
    }
}
