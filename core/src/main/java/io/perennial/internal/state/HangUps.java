package io.perennial.internal.state;

/**
 * Counts the connections that were lost, one after the other, before the first question asked on them was answered. A
 * server that demands authentication hangs up like this, and not always visibly: its answer goes to the first request
 * that it gets, which may be another's, or the client's own for its watches (C5). Confined to the event loop.
 */
final class HangUps {
    private static final int TOO_MANY = 3;

    private boolean asked;
    private int inARow;

    /** A connection is there, and the first question was sent on it. */
    void asked() {
        asked = true;
    }

    /** The question was answered. */
    void answered() {
        asked = false;
        inARow = 0;
    }

    /** The connection is gone, if there was one. */
    void lost() {
        if (asked) {
            asked = false;
            inARow++;
        }
    }

    /** Whether carrying on in the same way would only repeat what happened. */
    boolean areTooMany() {
        return inARow >= TOO_MANY;
    }
}
