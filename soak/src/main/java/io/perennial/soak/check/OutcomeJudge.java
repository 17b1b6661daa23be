package io.perennial.soak.check;

import io.perennial.soak.history.Fact;
import io.perennial.soak.history.Fact.Effect;
import io.perennial.soak.history.Fact.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The outcome reported for each write agrees with the servers' transaction logs: the write's payload is there once if
 * it was applied, and never if it was not. A write that was under way while the data were replaced may be in both
 * histories or in neither, so it is left out.
 */
final class OutcomeJudge implements HistoryJudge {
    /** Payloads begin with it. */
    static final String MARK = "#";

    private static final String NAME = "outcome";

    private final Map<String, Times> applied = new HashMap<>();
    private final Gaps gaps;
    private final List<Finding> findings = new ArrayList<>();
    private final Map<Outcome, Long> counts = new HashMap<>();

    /** How often a payload is in the logs. */
    private static final class Times {
        private int certain;
        private int uncertain;

        void add(boolean isCertain) {
            if (isCertain) {
                certain++;
            } else {
                uncertain++;
            }
        }

        int most() {
            return certain + uncertain;
        }

        @Override
        public String toString() {
            return certain + " times" + (uncertain == 0 ? "" : " and " + uncertain + " times in one log alone");
        }
    }

    private record Id(long zxid, long wallMillis, long sessionId, int cxid) {}

    OutcomeJudge(Gaps gaps) {
        this.gaps = gaps;
        Set<Id> seen = new HashSet<>(); // an epoch from a backup repeats what that has
        for (Epoch epoch : gaps.epochs()) {
            for (Transaction transaction : epoch.transactions()) {
                if (gaps.epochs().size() == 1
                        || seen.add(new Id(
                                transaction.zxid(),
                                transaction.wallMillis(),
                                transaction.sessionId(),
                                transaction.cxid()))) {
                    count(transaction);
                }
            }
        }
    }

    private void count(Transaction transaction) {
        transaction.changes().stream()
                .map(Transaction.Change::payload)
                .filter(payload -> payload.startsWith(MARK))
                .distinct()
                .forEach(payload ->
                        applied.computeIfAbsent(payload, p -> new Times()).add(transaction.certain()));
    }

    @Override
    public void hear(Fact fact) {
        if (fact.kind() != Fact.Kind.WRITE) {
            return;
        }
        Outcome outcome = Outcome.valueOf(fact.value(2));
        counts.merge(outcome, 1L, Long::sum);
        if (gaps.touch(fact.number(3), fact.nanos())) {
            return;
        }
        Times times = applied.getOrDefault(fact.value(0), new Times());
        if (!isLawful(Effect.valueOf(fact.value(1)), outcome, times)) {
            findings.add(new Finding(
                    NAME,
                    "write " + fact.value(0) + " of " + fact.session() + " (" + fact.value(1) + ") was told to be "
                            + outcome + " after " + (fact.nanos() - fact.number(3)) / 1_000_000
                            + " ms and stands in the transaction logs " + times + ": " + fact.value(4)));
        }
    }

    private static boolean isLawful(Effect effect, Outcome outcome, Times times) {
        if (effect == Effect.IDEMPOTENT) {
            return outcome != Outcome.APPLIED || times.most() >= 1;
        }
        return switch (outcome) {
            case APPLIED -> times.certain <= 1 && times.most() >= 1;
            case NOT_APPLIED -> times.certain == 0;
            case UNKNOWN -> times.certain <= 1;
        };
    }

    /** How many writes had each outcome. */
    Map<Outcome, Long> counts() {
        return Map.copyOf(counts);
    }

    @Override
    public List<Finding> findings() {
        return findings;
    }
}
