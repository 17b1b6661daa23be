package io.perennial.internal.state;

/**
 * Notices within two ticks that a connection is gone although its handle has not reported it: ZooKeeper's client leaves
 * out a {@code Disconnected} that it takes for a repetition (C2), and a blocked event thread reports nothing. One tick
 * is allowed for the report that may be on its way. Confined to the event loop.
 */
final class UnreportedLoss {
    private static final int TICKS = 2;

    private int ticksWithout;
    private boolean noticed;

    /** The handle has reported something. */
    void heard() {
        ticksWithout = 0;
        noticed = false;
    }

    /**
     * A tick; a loss is noticed once.
     *
     * @param reported whether the handle is connected according to its reports
     * @param hasConnection whether it has a connection by its own state
     */
    boolean isNoticed(boolean reported, boolean hasConnection) {
        if (!reported || hasConnection) {
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

    /** Whether a loss was noticed that the handle has not reported up to now. */
    boolean isUnreported() {
        return noticed;
    }
}
