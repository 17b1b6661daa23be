package io.perennial.internal.ephemeral;

/** The progress of the watch on one node. Confined to the event loop. */
final class NodeWatch {
    private enum Progress {
        /**
         * It does not exist, and is not on its way. Followed by {@code QUEUED}, or by {@code ARMED} when it is
         * inherited.
         */
        NONE,
        /** It will be armed, in its turn. Followed by {@code ASKED}, {@code ASKED_AT_ONCE} or {@code NONE}. */
        QUEUED,
        /**
         * The server was asked for it, some time after the node was looked at. Followed by {@code ARMED} or {@code
         * NONE}.
         */
        ASKED,
        /** The same, immediately after the node was looked at: the answer reports every change since. */
        ASKED_AT_ONCE,
        /** The server reports the next change. Followed by {@code NONE} when it does. */
        ARMED
    }

    private Progress progress = Progress.NONE;

    /** Whether it does not exist and is not on its way. */
    boolean isNeeded() {
        return progress == Progress.NONE;
    }

    void queued() {
        progress = Progress.QUEUED;
    }

    /** The server was asked for it. */
    void asked(boolean atOnce) {
        progress = atOnce ? Progress.ASKED_AT_ONCE : Progress.ASKED;
    }

    /** Whether the server was asked immediately when the node was looked at, and has not answered. */
    boolean isAskedAtOnce() {
        return progress == Progress.ASKED_AT_ONCE;
    }

    /** It is neither queued nor requested any more. */
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

    /** What was armed has fired, or is no longer of use; what is on its way still is. */
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
