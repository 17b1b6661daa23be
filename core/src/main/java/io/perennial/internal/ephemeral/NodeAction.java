package io.perennial.internal.ephemeral;

import io.perennial.ephemeral.EphemeralSpec.OnConflict;

/** What is to be done next about one node. */
enum NodeAction {
    /** Create it. */
    CREATE,
    /** Look at what is on the server. */
    INSPECT,
    /** Delete what stands there and create ours in one transaction. */
    REPLACE,
    /** Write the latest data. */
    WRITE,
    /** Nothing: it stands, with the latest data. */
    HOLD,
    /** Wait until a stranger's node is gone. */
    AWAIT,
    /** Leave the path to the stranger until the next server session. */
    GIVE_UP,
    /** Delete it. */
    DELETE,
    /** Forget it: it is released and not there. */
    FORGET;

    /** Whether it changes something on the server. */
    boolean isWrite() {
        return this == CREATE || touchesWhatStands();
    }

    /** Whether it changes or takes away what stands there, so that it must be known whose that is. */
    boolean touchesWhatStands() {
        return this == REPLACE || this == WRITE || this == DELETE;
    }

    /** The whole plan: what to do, from what is known and what is wanted. */
    static NodeAction next(
            boolean released, ObservedNode knowledge, boolean upToDate, boolean replaceable, OnConflict policy) {
        return released ? nextOfReleased(knowledge) : nextOfWanted(knowledge, upToDate, replaceable, policy);
    }

    private static NodeAction nextOfReleased(ObservedNode knowledge) {
        return switch (knowledge) {
            case ABSENT, FOREIGN -> FORGET;
            case IN_DOUBT -> INSPECT;
            case OWNED, INHERITED, STALE -> DELETE;
        };
    }

    private static NodeAction nextOfWanted(
            ObservedNode knowledge, boolean upToDate, boolean replaceable, OnConflict policy) {
        return switch (knowledge) {
            case ABSENT -> CREATE;
            case IN_DOUBT -> INSPECT;
            case OWNED -> upToDate ? HOLD : WRITE;
            case INHERITED -> WRITE;
            case STALE -> REPLACE;
            case FOREIGN ->
                switch (policy) {
                    case WAIT -> AWAIT;
                    case FAIL -> GIVE_UP;
                    case REPLACE -> replaceable ? REPLACE : AWAIT;
                };
        };
    }
}
