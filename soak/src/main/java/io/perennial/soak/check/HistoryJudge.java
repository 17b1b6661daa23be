package io.perennial.soak.check;

import io.perennial.soak.history.Fact;
import java.util.List;

/** Checks one rule against what clients have seen: receives one worker's facts in order, then the next worker's. */
interface HistoryJudge {
    void hear(Fact fact);

    /** After all facts. */
    List<Finding> findings();
}
