package io.perennial.internal.watch;

import io.perennial.internal.request.Reply;
import io.perennial.internal.request.WatchBatch;
import io.perennial.internal.restore.AttachedSession;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.zookeeper.data.Stat;

/**
 * Arms again on another handle what was armed on the last one, in one request for thousands of watches in place of one
 * read each: the request that the client itself sends when it reconnects. The server arms what has not changed after a
 * given transaction, and fires the rest at once, which is then read.
 *
 * <p>Nothing is missed if everything that is known includes all changes up to that transaction. An event precedes each
 * answer that was given after the change, so what has not fired by the time of the latest known change includes it:
 * that is the transaction. But it must have happened on these servers, too, with everything before it (S-61: they may
 * have been restored from a backup, or be another ensemble, which gives the same numbers to other changes). So the
 * nodes that were changed last are looked at first, and a few of the others, for those may change all the time. The
 * latest that is unchanged decides; what was changed later is read. If none is, everything is.
 *
 * <p>What does not change the transaction of a node, its ACL, is not noticed: as when the client reconnects.
 *
 * <p>Confined to the event loop.
 */
final class BulkRearming {
    /** How many of the latest changes are looked at; of the others, the 16th, the 32nd, the 64th and so on. */
    private static final int LOOKS = 8;
    /** In characters, for a request of far less than what a server accepts by default, in bytes. */
    private static final int MOST_OF_PATHS = 128 * 1024;
    /** Of each path in a request, beside its characters: its length, and a chroot, which the client puts before it. */
    private static final int OVERHEAD = 64;

    private final WatchLedger ledger;
    private final Set<OneShotEntry<?>> waiting = new LinkedHashSet<>();

    BulkRearming(WatchLedger ledger) {
        this.ledger = ledger;
    }

    /** Takes what is armed and known, if that is as much as is worth it, before the last handle is forgotten. */
    void take(int worthIt) {
        ledger.oneShotEntries().stream().filter(this::isStanding).forEach(waiting::add);
        if (waiting.size() < worthIt) {
            waiting.clear();
        }
        waiting.forEach(OneShotEntry::leaveToBulk);
    }

    /** A path that is a tree's root, too, has one watch for all, see {@link SharedPaths}. */
    private boolean isStanding(OneShotEntry<?> entry) {
        return entry.isKnown()
                && !entry.isRefused()
                && !ledger.isUnresolved(entry)
                && !ledger.shared().hasRootAt(entry.path());
    }

    /** Whether the entry is not read, because it is armed here. */
    boolean includes(WatchEntry entry) {
        return waiting.contains(entry);
    }

    void begin() {
        if (waiting.isEmpty()) {
            return;
        }
        List<OneShotEntry<?>> latestFirst = waiting.stream()
                .filter(entry -> entry.lastChange() > 0)
                .sorted(Comparator.comparingLong((OneShotEntry<?> entry) -> entry.lastChange())
                        .reversed())
                .toList();
        if (latestFirst.isEmpty()) {
            arm(0); // Whether something is still absent, any state of the servers tells.
        } else {
            List<OneShotEntry<?>> some = new ArrayList<>();
            for (int i = 0; i < latestFirst.size(); i = i < LOOKS - 1 ? i + 1 : 2 * i + 1) {
                some.add(latestFirst.get(i));
            }
            new Look(some).begin();
        }
    }

    /** Asks whether the latest changes are those of these servers. */
    private final class Look {
        private final List<OneShotEntry<?>> latestFirst;
        private final long[] changes;
        private final boolean[] unchanged;
        private int awaited;

        Look(List<OneShotEntry<?>> latestFirst) {
            this.latestFirst = latestFirst;
            this.changes =
                    latestFirst.stream().mapToLong(OneShotEntry::lastChange).toArray();
            this.unchanged = new boolean[latestFirst.size()];
            this.awaited = latestFirst.size();
        }

        void begin() {
            AttachedSession live = ledger.live();
            for (int i = 0; live != null && i < latestFirst.size(); i++) {
                int index = i;
                live.requests().exists(latestFirst.get(i).path(), null, reply -> looked(index, reply));
            }
        }

        private void looked(int index, Reply reply) {
            if (reply.connectionTrouble()) {
                return; // All of them are read on the next connection.
            }
            Stat stat = reply.stat();
            OneShotEntry<?> entry = latestFirst.get(index);
            unchanged[index] = stat != null && entry.lastChange() == changes[index] && entry.isUnchanged(stat);
            awaited--;
            if (awaited == 0) {
                decide();
            }
        }

        private void decide() {
            for (int i = 0; i < unchanged.length; i++) {
                if (unchanged[i]) {
                    arm(changes[i]);
                    return;
                }
            }
            waiting.forEach(BulkRearming.this::readUnlessDone);
        }
    }

    private void arm(long since) {
        for (WatchKind kind : List.of(WatchKind.NODE, WatchKind.CHILDREN)) {
            var batch = new Batch(kind, since);
            for (OneShotEntry<?> entry : waiting) {
                if (entry.kind() == kind && entry.isInBulk()) {
                    batch = batch.with(entry);
                }
            }
            batch.send();
        }
    }

    private void readUnlessDone(OneShotEntry<?> entry) {
        if (!entry.isClosed()) {
            entry.readIfUnresolved();
        }
    }

    /** What goes into one request. */
    private final class Batch {
        private final WatchKind kind;
        private final long since;
        private final List<OneShotEntry<?>> entries = new ArrayList<>();
        private final Set<OneShotEntry<?>> sent = new HashSet<>();
        private int bytes;

        Batch(WatchKind kind, long since) {
            this.kind = kind;
            this.since = since;
        }

        /** The batch for the next entry: this one, or another when it is full. */
        Batch with(OneShotEntry<?> entry) {
            // A change that is later was not found again; and a tree may have been opened there meanwhile.
            if (entry.lastChange() > since || ledger.shared().hasRootAt(entry.path())) {
                readUnlessDone(entry);
                return this;
            }
            int more = OVERHEAD + entry.path().length();
            if (bytes > 0 && bytes + more > MOST_OF_PATHS) {
                send();
                return new Batch(kind, since).with(entry);
            }
            bytes += more;
            entries.add(entry);
            return this;
        }

        void send() {
            AttachedSession live = ledger.live();
            if (live != null && !entries.isEmpty()) {
                live.requests().rearm(entries.get(0).path(), this::current, this::answered);
            }
        }

        /** The request may wait, or be repeated: some were closed since, or are the root of a tree now. */
        private WatchBatch current() {
            List<String> existing = new ArrayList<>();
            List<String> absent = new ArrayList<>();
            sent.clear();
            for (OneShotEntry<?> entry : entries) {
                if (entry.isInBulk() && !ledger.shared().hasRootAt(entry.path())) {
                    sent.add(entry);
                    (entry.isKnownAbsent() ? absent : existing).add(entry.path());
                }
            }
            boolean nodes = kind == WatchKind.NODE;
            return new WatchBatch(
                    since,
                    nodes ? existing : List.of(),
                    absent,
                    nodes ? List.of() : existing,
                    ledger.watcher(kind));
        }

        private void answered(Reply reply) {
            if (reply.ok()) {
                sent.forEach(OneShotEntry::rearmed);
                entries.stream().filter(entry -> !sent.contains(entry)).forEach(BulkRearming.this::readUnlessDone);
            } else if (!reply.connectionTrouble()) {
                entries.forEach(BulkRearming.this::readUnlessDone);
            }
        }
    }
}
