package io.perennial.internal.ephemeral;

/** How far the watch on one node is. Confined to the event loop. */
final class NodeWatch {
    private enum Progress {
        /**
         * None is there, and none is on its way. Followed by {@code QUEUED}, or by {@code ARMED} when it is inherited.
         */
        NONE,
        /** It is to be armed, in its turn. Followed by {@code ASKED}, {@code ASKED_AT_ONCE} or {@code NONE}. */
        QUEUED,
        /**
         * The server is asked for it, some time after the node was looked at. Followed by {@code ARMED} or
         * {@code NONE}.
         */
        ASKED,
        /** The same, at once after the node was looked at: the answer tells of every change since. */
        ASKED_AT_ONCE,
        /** The server tells of the next change. Followed by {@code NONE} when it does. */
        ARMED
    }

    private Progress progress = Progress.NONE;

    /** Whether none is there and none is on its way. */
    boolean isNeeded() {
        return progress == Progress.NONE;
    }

    void queued() {
        progress = Progress.QUEUED;
    }

    /** The server is asked for it. */
    void asked(boolean atOnce) {
        progress = atOnce ? Progress.ASKED_AT_ONCE : Progress.ASKED;
    }

    /** Whether the server was asked at once when the node was looked at, and has not answered. */
    boolean isAskedAtOnce() {
        return progress == Progress.ASKED_AT_ONCE;
    }

    /** It is neither queued nor asked for any more. */
    void notOnItsWay() {
        if (!isArmed()) {
            progress = Progress.NONE;
        }
    }

    void armed() {
        progress = Progress.ARMED;
    }

    boolean isArmed() {
        return progress == Progress.ARMED;
    }

    /** What was armed has fired, or is of no use any more; what is on its way still is. */
    void disarmed() {
        if (isArmed()) {
            progress = Progress.NONE;
        }
    }

    /** The node takes over its predecessor's path, and the watch that is armed there. */
    void inherit(NodeWatch from) {
        if (from.isArmed()) {
            armed();
            from.disarmed();
        }
    }
}
