package io.perennial.internal.connect;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether a synchronous request may wait for a connection of one handle. Only a failed attempt makes the client fail
 * the requests that wait for it. So no request is admitted while no server is reachable and no attempt is made; for
 * those admitted just before, the client makes an attempt that is expected to fail. Nor is one admitted in a long pause
 * after servers that hung up.
 *
 * <p>It is not certain that such an attempt fails: the client may sleep for a second before it connects, and the server
 * may be back by then. So any connection ends the holding, whatever led to it (C1).
 *
 * <p>Concurrency: {@link #admits} from anywhere; the others from the handle's own threads.
 */
final class Admission {
    /** A request admitted just before may come so late that this attempt misses it. */
    private static final Duration SECOND_DOOMED_ATTEMPT_AFTER = Duration.ofMinutes(1);

    /** Whether attempts are being held, because no server is reachable. */
    private volatile boolean holding;
    /** Whether a request may wait for a connection that was not there when no server was reachable. */
    private volatile boolean admitted;
    /** When the last attempt that is expected to fail was made, unless the second one has been, too. */
    private volatile @Nullable Long doomedAttempt;

    /** Whether a request may wait for a connection. */
    boolean admits() {
        if (holding) {
            return false;
        }
        if (!admitted) {
            admitted = true;
        }
        return true;
    }

    /**
     * No server is reachable: nothing is admitted until an attempt is made or a connection established.
     *
     * @param now by the session's ticker
     * @return whether an attempt is due that is expected to fail, for requests that were admitted before
     */
    boolean hold(long now) {
        holding = true;
        Long before = doomedAttempt;
        if (admitted) {
            admitted = false;
            doomedAttempt = now;
            return true;
        }
        if (before != null && now - before >= SECOND_DOOMED_ATTEMPT_AFTER.toNanos()) {
            doomedAttempt = null;
            return true;
        }
        return false;
    }

    /**
     * The next attempt is far off: a request that would wait for it is not admitted. Those from just before wait,
     * because only an attempt makes the client fail them.
     */
    void pause() {
        holding = true;
    }

    /** An attempt is made that may succeed; if it fails, so do the requests that wait for it. */
    void attempt() {
        holding = false;
    }

    /** There is a connection. */
    void connected() {
        holding = false;
        doomedAttempt = null;
    }
}
