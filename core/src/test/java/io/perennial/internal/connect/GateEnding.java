package io.perennial.internal.connect;

import io.perennial.internal.connect.GatePlay.Script;

/** How a gate's play ends: a handle that is ending has ended; then all is well, and the handle connects. */
final class GateEnding implements Script {
    private static final long SOON = GatePlay.millis(1_000);

    private int step;
    private long due = -1;

    @Override
    public long due(GatePlay play, GatePlace place, long entered) {
        if (due < 0) {
            due = play.now();
        }
        return due;
    }

    @Override
    public void happen(GatePlay play) {
        switch (step++) {
            case 0 -> {
                // The thread of a handle that is ending is held to its time by the rules.
                due = play.now() + (play.rules().isEnding() ? play.rules().longestRound(1) : 0);
            }
            case 1 -> {
                play.check(!play.rules().isEnding() || play.rules().hasThreadEnded(), "has not ended", "");
                play.network().mend();
                play.setOwnerAlive(true);
                play.note("all is well", "");
                if (play.rules().isEnding()) {
                    play.renew(false);
                }
                due = play.now()
                        + play.rules().longestRound(play.network().listed().size());
            }
            case 2 -> {
                play.check(play.thread().isConnected(), "has no connection although all is well", "");
                play.check(play.rules().asks(), "a request is not admitted", "");
                due = play.now() + SOON;
            }
            default -> {
                play.check(play.thread().isConnected(), "does not stay connected", "");
                throw new GatePlay.Curtain();
            }
        }
    }
}
