package io.perennial.internal.state;

import java.time.Duration;

/**
 * Notices a handle that has a connection and does not report it, or does not answer, and says nothing else either, for
 * a whole timeout: its event thread is blocked or gone (S-06). Before there is a lease that could lapse, nothing else
 * would notice. Confined to the event loop.
 */
final class HandleSilence {
    private boolean asked;
    private long lastQuiet;

    /** Another handle, which owes nothing yet. */
    void begin(long now) {
        asked = false;
        lastQuiet = now;
    }

    /** Any sign from the handle: its event thread runs, whatever became of the connection since (C21). */
    void heard(long now) {
        lastQuiet = now;
    }

    /** A question was sent. */
    void asked() {
        asked = true;
    }

    /** The question was answered, or its connection is gone. */
    void settled() {
        asked = false;
    }

    /**
     * A tick.
     *
     * @param hasConnection whether the handle has a connection by its own state
     * @param reported whether it has reported one
     */
    boolean isOverdue(boolean hasConnection, boolean reported, long now, Duration timeout) {
        if (!hasConnection || (reported && !asked)) {
            lastQuiet = now;
        }
        return now - lastQuiet >= timeout.toNanos();
    }
}
