package io.perennial.internal.ephemeral;

/** What the event loop is doing about one node, which is one thing at a time. Confined to the event loop. */
final class NodeActivity {
    private sealed interface Activity {}

    private enum Plain implements Activity {
        /**
         * Not admitted yet, for example while its predecessor has not left the path; or forgotten. Followed by {@code
         * RESTING}.
         */
        OUTSIDE,
        /**
         * Free for its next step. Followed by {@code BUSY}, {@link Waiting}, or {@code OUTSIDE} when it is forgotten.
         */
        RESTING,
        /**
         * A request for it is under way or queued, and the answer decides what comes next. Followed by {@code RESTING},
         * also when the connection breaks, because then no answer comes; or by {@link Waiting}.
         */
        BUSY
    }

    /**
     * Waiting for the next attempt. Followed by {@code RESTING} when it is time; or by {@code BUSY}, because a release
     * does not wait.
     *
     * @param ticket identifies the attempt, because a later one may replace it
     */
    private record Waiting(long ticket) implements Activity {}

    private Activity activity = Plain.OUTSIDE;

    /** It has its path: something may be done about it. */
    void enter() {
        activity = Plain.RESTING;
    }

    /** It is forgotten. */
    void leave() {
        activity = Plain.OUTSIDE;
    }

    boolean isEntered() {
        return activity != Plain.OUTSIDE;
    }

    /** A request for it is under way or queued. */
    void begin() {
        activity = Plain.BUSY;
    }

    boolean isBusy() {
        return activity == Plain.BUSY;
    }

    /** No answer is expected any more. */
    void end() {
        if (isBusy()) {
            activity = Plain.RESTING;
        }
    }

    /** It waits for its next attempt. */
    void await(long ticket) {
        activity = new Waiting(ticket);
    }

    boolean isWaiting() {
        return activity instanceof Waiting;
    }

    /** It is no longer waiting. */
    void stopWaiting() {
        if (isWaiting()) {
            activity = Plain.RESTING;
        }
    }

    /** The time of an attempt has come: returns whether it still waits for that one. Then it is no longer waiting. */
    boolean isDue(long ticket) {
        boolean due = activity instanceof Waiting waiting && waiting.ticket() == ticket;
        if (due) {
            stopWaiting();
        }
        return due;
    }
}
