package io.perennial.internal.watch;

import io.perennial.internal.restore.AttachedSession;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;

/**
 * Whether the one-shot watches that the client has armed again by itself, on the handle of before, can be believed. The
 * server reports what was changed by a later transaction than the client had seen. One that was restored from a backup
 * gives the numbers of the lost transactions again, and reports nothing of what was changed by those (S-61). But a node
 * whose watch has not fired is as it was, or the history is another. A history has all changes up to some point, so one
 * question is enough: of the node that was changed last.
 *
 * <p>Confined to the event loop.
 */
final class WatchHistory {
    private final WatchLedger ledger;

    WatchHistory(WatchLedger ledger) {
        this.ledger = ledger;
    }

    /** Runs one of the two, at once where nothing is known; neither when the connection goes. */
    void check(Runnable same, Runnable another) {
        AttachedSession live = ledger.live();
        Optional<OneShotEntry<?>> latest =
                quiet().max(Comparator.comparingLong((OneShotEntry<?> entry) -> entry.lastChange()));
        if (live == null || latest.isEmpty()) {
            same.run();
            return;
        }
        OneShotEntry<?> entry = latest.get();
        live.requests().exists(entry.path(), null, reply -> {
            Stat stat = reply.stat();
            if (reply.connectionTrouble()) {
                return;
            }
            if (!isQuiet(entry)) {
                check(same, another); // it has fired, or was closed, meanwhile
            } else if (reply.code() == Code.NONODE || (stat != null && !entry.isUnchanged(stat))) {
                another.run();
            } else {
                same.run(); // or it may not be looked at: as far as can be known
            }
        });
    }

    /** Those whose watch is armed and has not fired. */
    Stream<OneShotEntry<?>> quiet() {
        return ledger.oneShotEntries().stream().filter(this::isQuiet);
    }

    private boolean isQuiet(OneShotEntry<?> entry) {
        return !entry.isClosed() && !entry.isRefused() && !ledger.isUnresolved(entry) && entry.lastChange() > 0;
    }
}
