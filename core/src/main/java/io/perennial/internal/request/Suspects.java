package io.perennial.internal.request;

import io.perennial.internal.engine.Ticker;
import io.perennial.internal.protocol.Quarantine.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The suspect requests, held back until everything else is answered and nothing has been sent for a while, or until
 * they have waited for too long. Then they go apart from all others, in groups, the least suspect first. Confined to
 * the event loop.
 */
final class Suspects {
    /** When nothing has been sent for that long, everything else is in place. */
    private static final long QUIET = Duration.ofMillis(50).toNanos();
    /** How long a suspect waits for the others to be done. */
    private static final long LONGEST_HOLD = Duration.ofMillis(500).toNanos();

    private final Screening screening;
    private final Ticker ticker;
    private final List<PendingRequest> held = new ArrayList<>();
    private long heldSince;
    private long othersAnsweredAt;
    private long suspectAnsweredAt;

    Suspects(Screening screening, Ticker ticker) {
        this.screening = screening;
        this.ticker = ticker;
        this.othersAnsweredAt = ticker.nanos();
        this.suspectAnsweredAt = othersAnsweredAt - QUIET;
    }

    void holdBack(PendingRequest request) {
        if (held.isEmpty()) {
            heldSince = ticker.nanos();
        }
        request.late = true;
        held.add(request);
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    /** Whether they have waited for so long that others have to wait for them. */
    boolean isOverdue() {
        return !held.isEmpty() && ticker.nanos() - heldSince >= LONGEST_HOLD;
    }

    /** How long nothing else must be sent until they may be; 0 or less when they may be sent now. */
    Duration untilQuiet() {
        long now = ticker.nanos();
        boolean underWay = now - suspectAnsweredAt < QUIET; // no need to pause between two groups
        return Duration.ofNanos(underWay ? 0 : othersAnsweredAt + QUIET - now);
    }

    /** Takes out the least suspect, as many as may go together. */
    List<PendingRequest> takeGroup() {
        int rank = held.stream().mapToInt(screening::rank).min().orElse(0);
        List<PendingRequest> group = new ArrayList<>();
        int limit = Integer.MAX_VALUE;
        int size = 0;
        for (Iterator<PendingRequest> waiting = held.iterator(); waiting.hasNext(); ) {
            PendingRequest request = waiting.next();
            if (screening.rank(request) != rank) {
                continue;
            }
            limit = Math.min(limit, screening.groupLimit(request));
            size += request.keys().size();
            if (!group.isEmpty() && size > limit) {
                break;
            }
            waiting.remove();
            group.add(request);
        }
        heldSince = ticker.nanos();
        return group;
    }

    /** Takes out those that are no longer suspect: of several identical ones, one answer clears all. */
    List<PendingRequest> takeCleared() {
        List<PendingRequest> cleared = new ArrayList<>();
        held.removeIf(request -> screening.verdict(request) != Verdict.SUSPECT && cleared.add(request));
        return cleared;
    }

    /** A request that was sent apart has come back. */
    void suspectAnswered() {
        suspectAnsweredAt = ticker.nanos();
    }

    /** Any other has come back. */
    void othersAnswered() {
        othersAnsweredAt = ticker.nanos();
    }

    void clear() {
        held.clear();
    }
}
