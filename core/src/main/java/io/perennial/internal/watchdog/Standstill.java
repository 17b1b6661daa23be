package io.perennial.internal.watchdog;

/**
 * Notices that what should make progress does not. Counted in looks, not in time: a JVM that stood still did not look
 * either. Confined to the watchdog's thread.
 */
final class Standstill {
    private final int looks;
    private long seen;
    private int same;

    /** For something that may stay the same for that many looks. */
    Standstill(int looks) {
        this.looks = looks;
    }

    /** A look at something that grows while all is well; whether it has been the same for too long. */
    boolean look(long progress) {
        same = progress == seen ? same + 1 : 0;
        seen = progress;
        return same >= looks;
    }

    /** A look at something that is well or not; whether it has been unwell for too long. */
    boolean look(boolean well) {
        return look(well ? seen + 1 : seen);
    }
}
