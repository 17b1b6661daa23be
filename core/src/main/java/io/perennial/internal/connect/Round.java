package io.perennial.internal.connect;

/**
 * What came of the attempts since the last pause, one at each server. The pause that follows goes by the worst: whom
 * another attempt would burden most.
 */
final class Round {
    private int begun;
    private int refused;
    private boolean silent;
    private boolean reached;

    /** What a round has met. */
    enum Met {
        /** A server that accepted, and gave no session: another attempt costs it something. */
        SERVER,
        /** A server that neither accepted nor refused: a crowd, or nobody. */
        SILENCE,
        /** Refusals only: another look costs next to nothing. */
        REFUSAL,
        /** A name that leads nowhere; or the client tried without a look ahead, and nobody knows. */
        UNKNOWN
    }

    void begin() {
        begun++;
    }

    void reached() {
        reached = true;
    }

    void refused() {
        refused++;
    }

    void silent() {
        silent = true;
    }

    Met met() {
        if (reached) {
            return Met.SERVER;
        }
        if (silent) {
            return Met.SILENCE;
        }
        return begun > 0 && refused >= begun ? Met.REFUSAL : Met.UNKNOWN;
    }
}
