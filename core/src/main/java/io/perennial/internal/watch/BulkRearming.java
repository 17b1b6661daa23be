package io.perennial.internal.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was armed and known on the last connection, and is not read again one by one on this one. On another handle it
 * is armed by a few requests. On the same one the client has armed it by itself, so it is only made sure that nothing
 * was missed: a server that was restored from a backup assigns the numbers of the lost transactions again, and reports
 * nothing of what was changed by those which the client has seen (S-61).
 *
 * <p>What is known is divided by the connection on which it was last found to be so: it is of one history, from which
 * {@link KnownGroup} draws its conclusions. There are several when a connection broke before all was found to be so.
 *
 * <p>Confined to the event loop.
 */
final class BulkRearming {
    private final WatchLedger ledger;
    private final Limits limits;
    /** Whether it is the handle of before. */
    private final boolean kept;

    private final Map<Integer, List<OneShotEntry<?>>> byConnection = new TreeMap<>();
    private int open;
    private Runnable whenDone = () -> {};

    /**
     * How it is done.
     *
     * @param worthIt from how many watches on, on another handle: to look around first costs a round trip
     * @param looks how many of the latest changes are looked at; of the others a few, ever fewer
     */
    record Limits(int worthIt, int looks) {}

    BulkRearming(WatchLedger ledger, Limits limits, boolean kept) {
        this.ledger = ledger;
        this.limits = limits;
        this.kept = kept;
    }

    /** Takes what is armed and known, before the last handle is forgotten. */
    void take() {
        int worthIt = kept ? 1 : ledger.canRearm() ? limits.worthIt : Integer.MAX_VALUE;
        List<OneShotEntry<?>> standing =
                ledger.oneShotEntries().stream().filter(this::isStanding).toList();
        ledger.oneShotEntries().forEach(entry -> entry.setInBulk(false));
        if (standing.size() >= worthIt) {
            for (OneShotEntry<?> entry : standing) {
                entry.setInBulk(true);
                byConnection
                        .computeIfAbsent(entry.knownOn(), connection -> new ArrayList<>())
                        .add(entry);
            }
        }
    }

    /** A path that is a tree's root, too, has one watch for all, see {@link SharedPaths}. */
    private boolean isStanding(OneShotEntry<?> entry) {
        return entry.isKnown()
                && !entry.isRefused()
                && !ledger.isUnresolved(entry)
                && !ledger.shared().hasRootAt(entry.path());
    }

    /** Runs that when all is found to be as it was known, or is being read; never when the connection breaks. */
    void begin(Runnable done) {
        whenDone = done;
        open = 1;
        for (List<OneShotEntry<?>> entries : byConnection.values()) {
            open++;
            new KnownGroup(ledger, limits.looks, kept, entries, this::oneDone).begin();
        }
        oneDone();
    }

    private void oneDone() {
        open--;
        if (open == 0) {
            whenDone.run();
        }
    }
}
