package io.perennial.internal.operation;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Rings when the next deadline passes, so that calls end then and not at the session's next tick. Only for deadlines
 * before the tick after: those of ordinary calls are noticed at a tick in time, and cost a comparison here.
 *
 * <p>Concurrency: a thread that brings the next deadline forward by compare-and-set schedules it; a ring that was
 * overtaken by an earlier one does nothing.
 */
final class Alarm {
    /** A deadline that is further away than this is looked at again at a tick, which comes sooner. */
    private static final long HORIZON = Duration.ofSeconds(2).toNanos();

    private static final long NONE = Long.MAX_VALUE;

    private final SessionView session;
    private final Runnable bell;
    private final AtomicLong next = new AtomicLong(NONE);

    /** The bell rings on the engine's thread. */
    Alarm(SessionView session, Runnable bell) {
        this.session = session;
        this.bell = bell;
    }

    /** A deadline to keep; both times by {@link System#nanoTime}. */
    void at(long deadline, long now) {
        if (deadline - now > HORIZON) {
            return;
        }
        long set = next.get();
        while (set == NONE || deadline - set < 0) {
            if (next.compareAndSet(set, deadline)) {
                session.schedule(Duration.ofNanos(Math.max(0, deadline - now)), () -> ring(deadline));
                return;
            }
            set = next.get();
        }
    }

    private void ring(long deadline) {
        if (next.compareAndSet(deadline, NONE)) {
            bell.run();
        }
    }
}
