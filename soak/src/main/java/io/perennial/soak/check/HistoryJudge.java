package io.perennial.soak.check;

import io.perennial.soak.history.Fact;
import java.util.List;

/** Holds one rule against what clients have seen. Hears one worker's facts in order, then the next one's. */
interface HistoryJudge {
    void hear(Fact fact);

    /** After all facts. */
    List<Finding> findings();
}
