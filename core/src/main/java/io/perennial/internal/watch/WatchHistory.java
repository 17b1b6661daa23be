package io.perennial.internal.watch;

import io.perennial.internal.restore.AttachedSession;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Collectors;
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
    /** Of several connections, when those before the last broke over the question: what was known on each. */
    private final Queue<Queue<Known>> open = new ArrayDeque<>();

    /** What was known on the previous connection. What was read again on this one shows nothing of the history. */
    private record Known(OneShotEntry<?> entry, long lastChange) {}

    WatchHistory(WatchLedger ledger) {
        this.ledger = ledger;
    }

    /** Runs one of the two, at once when nothing is known; neither when the connection breaks. */
    void check(Runnable same, Runnable another) {
        Queue<Known> latestFirst =
                new PriorityQueue<>(Comparator.comparingLong(Known::lastChange).reversed());
        open.forEach(earlier -> earlier.removeIf(known -> !isStill(known)));
        Set<OneShotEntry<?>> asked =
                open.stream().flatMap(Queue::stream).map(Known::entry).collect(Collectors.toSet());
        quiet().filter(entry -> !asked.contains(entry))
                .forEach(entry -> latestFirst.add(new Known(entry, entry.lastChange())));
        open.add(latestFirst);
        goOn(same, another);
    }

    /** Everything is read. */
    void forget() {
        open.clear();
    }

    private void goOn(Runnable same, Runnable another) {
        while (!open.isEmpty()) {
            Queue<Known> latestFirst = open.element();
            latestFirst.removeIf(known -> !isStill(known));
            if (!latestFirst.isEmpty()) {
                break;
            }
            open.remove();
        }
        AttachedSession live = ledger.live();
        if (live == null || open.isEmpty()) {
            same.run();
            return;
        }
        Known latest = open.element().element();
        live.requests().exists(latest.entry.path(), null, reply -> {
            Stat stat = reply.stat();
            if (reply.connectionTrouble()) {
                return;
            }
            if (!isStill(latest)) {
                goOn(same, another); // it has fired, or was closed, meanwhile
            } else if (stat != null && latest.entry.isUnchanged(stat)) {
                open.remove();
                goOn(same, another);
            } else {
                forget();
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
