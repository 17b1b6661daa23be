package io.perennial.internal.watch;

import io.perennial.internal.restore.AttachedSession;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.stream.Stream;
import org.apache.zookeeper.data.Stat;

/**
 * Whether the one-shot watches that the client has armed again by itself, on the previous handle, can be believed. The
 * server reports what was changed by a later transaction than the client had seen. One that was restored from a backup
 * assigns the numbers of the lost transactions again, and reports nothing of what was changed by those (S-61). But a
 * node whose watch has not fired is unchanged, or the history is another. A history has all changes up to some point,
 * so one question is enough: about the node that was changed last.
 *
 * <p>Confined to the event loop.
 */
final class WatchHistory {
    private final WatchLedger ledger;

    /** What was known on the previous connection. What was read again on this one shows nothing of the history. */
    private record Known(OneShotEntry<?> entry, long lastChange) {}

    WatchHistory(WatchLedger ledger) {
        this.ledger = ledger;
    }

    /** Runs one of the two, at once when nothing is known; neither when the connection breaks. */
    void check(Runnable same, Runnable another) {
        Queue<Known> latestFirst =
                new PriorityQueue<>(Comparator.comparingLong(Known::lastChange).reversed());
        quiet().forEach(entry -> latestFirst.add(new Known(entry, entry.lastChange())));
        check(latestFirst, same, another);
    }

    private void check(Queue<Known> latestFirst, Runnable same, Runnable another) {
        latestFirst.removeIf(known -> !isStill(known));
        AttachedSession live = ledger.live();
        Known latest = latestFirst.poll();
        if (live == null || latest == null) {
            same.run();
            return;
        }
        live.requests().exists(latest.entry.path(), null, reply -> {
            Stat stat = reply.stat();
            if (reply.connectionTrouble()) {
                return;
            }
            if (!isStill(latest)) {
                check(latestFirst, same, another); // it has fired, or was closed, meanwhile
            } else if (stat != null && latest.entry.isUnchanged(stat)) {
                same.run();
            } else {
                another.run(); // or it may not be looked at: then the reads decide
            }
        });
    }

    private boolean isStill(Known known) {
        return isQuiet(known.entry) && known.entry.lastChange() == known.lastChange;
    }

    /** The entries whose watch is armed and has not fired. */
    Stream<OneShotEntry<?>> quiet() {
        return ledger.oneShotEntries().stream().filter(this::isQuiet);
    }

    private boolean isQuiet(OneShotEntry<?> entry) {
        return !entry.isClosed() && !entry.isRefused() && !ledger.isUnresolved(entry) && entry.lastChange() > 0;
    }
}
