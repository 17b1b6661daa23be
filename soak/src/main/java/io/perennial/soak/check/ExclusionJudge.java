package io.perennial.soak.check;

import io.perennial.soak.history.Fact;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * No two sessions lead by one latch, or hold one mutex, at the same time. Only proven times are compared: from after
 * one look until before a later one, where at both the recipe reported the hold and the lease was held, in one
 * generation, and nothing that ends the hold was reported in between. So Curator's contract for SUSPENDED and LOST
 * suffices, and a holder that knows better does not count. A session that somebody took over and closed cannot know
 * that, so it counts only until then. A hold acquired before the servers' data were replaced does not count
 * afterwards.
 */
final class ExclusionJudge implements HistoryJudge {
    private static final String NAME = "exclusion";
    private static final long GRAIN_NANOS = 20_000_000;

    private final Gaps gaps;
    private final Map<Long, Long> closedWallMillis = new HashMap<>();
    private final Map<String, List<Held>> held = new HashMap<>();

    private record Held(String session, long sessionId, long from, long to) {}

    ExclusionJudge(Gaps gaps) {
        this.gaps = gaps;
        for (Epoch epoch : gaps.epochs()) {
            for (Transaction transaction : epoch.transactions()) {
                if (transaction.cxid() != 0
                        && transaction.changes().stream()
                                .anyMatch(change -> change.kind() == Transaction.Kind.CLOSE_SESSION)) {
                    closedWallMillis.putIfAbsent(transaction.sessionId(), transaction.wallMillis());
                }
            }
        }
    }

    @Override
    public void hear(Fact fact) {
        if (fact.kind() != Fact.Kind.HELD || gaps.touch(fact.number(3), fact.number(5))) {
            return;
        }
        long to = Math.min(fact.number(5), closedNanos(fact) - GRAIN_NANOS);
        if (to > fact.number(4)) {
            held.computeIfAbsent(fact.value(0), what -> new ArrayList<>())
                    .add(new Held(fact.session(), fact.number(2), fact.number(4), to));
        }
    }

    private long closedNanos(Fact fact) {
        Long wall = closedWallMillis.get(fact.number(2));
        return wall == null ? Long.MAX_VALUE : fact.nanos() + (wall - fact.wallMillis()) * 1_000_000;
    }

    @Override
    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        held.forEach((what, all) -> {
            all.sort(Comparator.comparingLong(Held::from));
            Held longest = null;
            for (Held next : all) {
                if (longest != null && !longest.session().equals(next.session()) && next.from() < longest.to()) {
                    findings.add(new Finding(NAME, overlap(what, longest, next)));
                }
                if (longest == null || next.to() > longest.to()) {
                    longest = next;
                }
            }
        });
        return findings;
    }

    private static String overlap(String what, Held one, Held other) {
        long nanos = Math.min(one.to(), other.to()) - other.from();
        return what + " was held by " + one.session() + " (session 0x" + Long.toHexString(one.sessionId()) + ") and by "
                + other.session() + " (session 0x" + Long.toHexString(other.sessionId()) + ") at once, for "
                + nanos / 1_000_000 + " ms, at " + other.from();
    }
}
