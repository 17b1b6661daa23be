package io.perennial.internal.watch;

import io.perennial.internal.request.Reply;
import io.perennial.internal.request.Requests;
import io.perennial.internal.request.WatchBatch;
import io.perennial.internal.restore.AttachedSession;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.zookeeper.data.Stat;

/**
 * Watches of whose nodes one history is known, and that are to be armed as of it: by the request that the client itself
 * sends when it reconnects, for thousands at once. The server arms what has not changed after a given transaction, and
 * fires the rest at once, which is then read.
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
final class KnownGroup {
    /** In characters, for a request of far less than what a server accepts by default, in bytes. */
    private static final int MOST_OF_PATHS = 128 * 1024;
    /** Of each path in a request, beside its characters: its length, and a chroot, which the client puts before it. */
    private static final int OVERHEAD = 64;
    /** Before all transactions. */
    private static final long NEVER = -1;

    private final WatchLedger ledger;
    private final int mostLatest;
    private final boolean armedAlready;
    private final List<OneShotEntry<?>> entries;
    private final Runnable whenDone;
    private final List<Look> looks = new ArrayList<>();
    private int awaited;

    /**
     * A group.
     *
     * @param mostLatest how many of the latest changes are looked at; of the others the last of 4, 16, 64 and so on
     *     times as many
     * @param armedAlready by the client, as of the last transaction that it has seen
     * @param entries those, all in bulk until they are read or armed
     * @param whenDone runs when each is armed or being read; not when the connection breaks
     */
    KnownGroup(
            WatchLedger ledger,
            int mostLatest,
            boolean armedAlready,
            List<OneShotEntry<?>> entries,
            Runnable whenDone) {
        this.ledger = ledger;
        this.mostLatest = mostLatest;
        this.armedAlready = armedAlready;
        this.entries = entries;
        this.whenDone = whenDone;
    }

    void begin() {
        List<OneShotEntry<?>> latestFirst = entries.stream()
                .filter(entry -> !entry.isKnownAbsent())
                .sorted(Comparator.comparingLong((OneShotEntry<?> entry) -> entry.lastChange())
                        .reversed())
                .toList();
        for (int i = 0; i < latestFirst.size(); i = i < mostLatest - 1 ? i + 1 : 4 * i + 3) {
            looks.add(new Look(latestFirst.get(i)));
        }
        if (looks.isEmpty()) {
            arm(NEVER); // Whether something is still absent, any state of the servers tells.
        } else {
            awaited = looks.size();
            List.copyOf(looks).forEach(Look::begin);
        }
    }

    /** Whether a change that is known is one of these servers'. */
    private final class Look {
        private final OneShotEntry<?> entry;
        private final long change;
        private boolean unchanged;
        /** Which other change it has instead, when it has one. */
        private long otherChange = Long.MAX_VALUE;

        Look(OneShotEntry<?> entry) {
            this.entry = entry;
            this.change = entry.lastChange();
        }

        void begin() {
            AttachedSession live = ledger.live();
            if (live != null) {
                live.requests().exists(entry.path(), null, this::looked);
            }
        }

        private void looked(Reply reply) {
            if (reply.connectionTrouble()) {
                return; // The next connection begins anew.
            }
            Stat stat = reply.stat();
            unchanged = stat != null && entry.lastChange() == change && entry.isUnchanged(stat);
            if (stat != null && !unchanged) {
                otherChange = entry.versionOf(stat).zxid();
            }
            if (armedAlready) {
                found(entry, unchanged);
            }
            awaited--;
            if (awaited == 0) {
                decide();
            }
        }
    }

    /**
     * By the latest that is unchanged, of those before which nothing has changed that was not known: the children of a
     * node may have changed last by the same number in two histories, and their change has no time to tell by.
     */
    private void decide() {
        long unknown = looks.stream().mapToLong(look -> look.otherChange).min().orElse(Long.MAX_VALUE);
        arm(looks.stream()
                .filter(look -> look.unchanged && look.entry.isDated())
                .mapToLong(look -> look.change)
                .filter(change -> change < unknown)
                .max()
                .orElse(NEVER));
    }

    private void arm(long since) {
        boolean byRequest = ledger.canRearm();
        awaited = 1;
        for (WatchKind kind : List.of(WatchKind.NODE, WatchKind.CHILDREN)) {
            var batch = new Batch(kind, since);
            for (OneShotEntry<?> entry : entries) {
                if (entry.kind() != kind || !entry.isInBulk()) {
                    continue;
                }
                // A change that is later was not found again; and a tree may have been opened there meanwhile.
                boolean known = entry.isKnownAbsent() || entry.lastChange() <= since;
                if (!known || ledger.shared().hasRootAt(entry.path())) {
                    found(entry, false);
                } else if (armedAlready && (!byRequest || entry.isKnownAbsent())) {
                    found(entry, true);
                } else {
                    batch = batch.with(entry);
                }
            }
            batch.send();
        }
        oneDone();
    }

    private void oneDone() {
        awaited--;
        if (awaited == 0) {
            whenDone.run();
        }
    }

    private void found(OneShotEntry<?> entry, boolean asItWasKnown) {
        if (!entry.isInBulk()) {
            return; // It has fired, and is read, or is closed.
        }
        if (asItWasKnown) {
            entry.rearmed();
        } else {
            ledger.readNow(entry);
        }
    }

    /** What goes into one request. */
    private final class Batch {
        private final WatchKind kind;
        private final long since;
        private final List<OneShotEntry<?>> members = new ArrayList<>();
        private final Set<OneShotEntry<?>> sent = new HashSet<>();
        private int bytes;

        Batch(WatchKind kind, long since) {
            this.kind = kind;
            this.since = since;
        }

        /** The batch for the next entry: this one, or another when it is full. */
        Batch with(OneShotEntry<?> entry) {
            int more = OVERHEAD + entry.path().length();
            if (bytes > 0 && bytes + more > MOST_OF_PATHS) {
                send();
                return new Batch(kind, since).with(entry);
            }
            bytes += more;
            members.add(entry);
            return this;
        }

        void send() {
            AttachedSession live = ledger.live();
            if (live != null && !members.isEmpty()) {
                awaited++;
                Requests requests = live.requests();
                requests.rearm(members.get(0).path(), this::current, this::answered);
            }
        }

        /** The request may wait, or be repeated: some were closed since, or are the root of a tree now. */
        private WatchBatch current() {
            List<String> existing = new ArrayList<>();
            List<String> absent = new ArrayList<>();
            sent.clear();
            for (OneShotEntry<?> entry : members) {
                if (entry.isInBulk() && !ledger.shared().hasRootAt(entry.path())) {
                    sent.add(entry);
                    (entry.isKnownAbsent() ? absent : existing).add(entry.path());
                }
            }
            boolean nodes = kind == WatchKind.NODE;
            return new WatchBatch(
                    since, nodes ? existing : List.of(), absent, nodes ? List.of() : existing, ledger.watcher(kind));
        }

        private void answered(Reply reply) {
            if (reply.connectionTrouble()) {
                return;
            }
            members.forEach(entry -> found(entry, reply.ok() && sent.contains(entry)));
            oneDone();
        }
    }
}
