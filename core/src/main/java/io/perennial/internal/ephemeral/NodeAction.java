package io.perennial.internal.ephemeral;

import io.perennial.ephemeral.EphemeralSpec.OnConflict;

/** What to do next about one node. */
enum NodeAction {
    /** Create it. */
    CREATE,
    /** Look at what is on the server. */
    INSPECT,
    /** Delete the existing node and create ours in one transaction. */
    REPLACE,
    /** Write the latest data. */
    WRITE,
    /** Nothing: it exists, with the latest data. */
    HOLD,
    /** Wait until another client's node is gone. */
    AWAIT,
    /** Leave the path to the other client until the next server session. */
    GIVE_UP,
    /** Delete it. */
    DELETE,
    /** Forget it: it is released and does not exist. */
    FORGET;

    /** Whether it changes something on the server. */
    boolean isWrite() {
        return this == CREATE || changesExisting();
    }

    /** Whether it changes or removes an existing node, so that it must be known whose that is. */
    boolean changesExisting() {
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
