package io.perennial.soak.check;

import io.perennial.soak.history.Fact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What each watch reports is consistent in itself: nothing twice, no zxid and no generation that goes back, and names
 * and kinds of change that follow from the reports before. Zxids start again when the servers' data are replaced, and
 * what was read before may be reported for a while after that.
 */
final class TellingJudge implements HistoryJudge {
    private static final String NAME = "telling";
    private static final long LATE_NANOS = 30_000_000_000L;

    private final Gaps gaps;
    private final Map<String, Told> watches = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    /** What a watch has reported so far. */
    private static final class Told {
        private final String kind;
        private final String path;
        private TellingRule rule;
        /**
         * By path: a tree merges changes per path while its listener is busy, so a later one may come before an older
         * one.
         */
        private final Map<String, Long> generations = new HashMap<>();

        private long nanos;

        Told(Fact opened) {
            kind = opened.value(1);
            path = opened.value(2);
            rule = TellingRule.of(kind);
            nanos = opened.nanos();
        }
    }

    TellingJudge(Gaps gaps) {
        this.gaps = gaps;
    }

    @Override
    public void hear(Fact fact) {
        switch (fact.kind()) {
            case WATCH -> watches.put(fact.value(0), new Told(fact));
            case UNWATCH -> watches.remove(fact.value(0));
            case TOLD -> {
                Told told = watches.get(fact.value(0));
                if (told != null) { // otherwise it was closed while the listener was under way
                    judge(told, fact);
                }
            }
            default -> {
                // Not about watches.
            }
        }
    }

    private void judge(Told told, Fact fact) {
        if (gaps.touch(told.nanos - LATE_NANOS, fact.nanos())) {
            told.rule.restarted();
        }
        String wrong = told.rule.hear(fact.values().subList(2, fact.values().size()));
        String path = told.kind.equals("TREE") ? fact.value(3) : told.path;
        long before = told.generations.getOrDefault(path, 0L);
        if (fact.number(1) < before) {
            wrong = "generation " + before + " had been told before";
        }
        if (!wrong.isEmpty()) {
            findings.add(new Finding(
                    NAME,
                    fact.session() + "'s watch " + fact.value(0) + " (" + told.kind + " " + told.path + ") told "
                            + fact.values().subList(1, fact.values().size()) + " at " + fact.nanos() + ": " + wrong));
        }
        told.generations.put(path, fact.number(1));
        told.nanos = fact.nanos();
    }

    @Override
    public List<Finding> findings() {
        return findings;
    }
}
