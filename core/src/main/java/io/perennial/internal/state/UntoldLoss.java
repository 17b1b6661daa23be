package io.perennial.internal.state;

/**
 * Notices a connection that has gone although its handle has not told so, within two ticks: ZooKeeper's client leaves
 * out a {@code Disconnected} that it takes for a repetition (C2), and an event thread that is blocked tells nothing.
 * One tick is left to the word that is on its way. Confined to the event loop.
 */
final class UntoldLoss {
    private static final int TICKS = 2;

    private int ticksWithout;
    private boolean noticed;

    /** The handle has told something. */
    void heard() {
        ticksWithout = 0;
        noticed = false;
    }

    /**
     * A tick; a loss is noticed once.
     *
     * @param told whether the handle is connected by what it has told
     * @param has whether it has a connection by its own state
     */
    boolean isNoticed(boolean told, boolean has) {
        if (!told || has) {
            ticksWithout = 0;
            return false;
        }
        ticksWithout++;
        if (ticksWithout < TICKS) {
            return false;
        }
        noticed = true;
        return true;
    }

    /** Whether a loss was noticed of which the handle has not told up to now. */
    boolean isUntold() {
        return noticed;
    }
}
