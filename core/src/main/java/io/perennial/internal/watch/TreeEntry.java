package io.perennial.internal.watch;

import io.perennial.internal.request.Reply;
import io.perennial.internal.restore.AttachedSession;
import io.perennial.watch.TreeChange;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * One watched tree. A persistent recursive watch is armed first, then the tree is read breadth-first, pipelined; so
 * each change is either in what is read or comes as an event. Persistent watches get no catch-up (ZOOKEEPER-1416):
 * every attachment reads the whole tree again.
 *
 * <p>Concurrency: confined to the loop. Events and answers come in the server's order (see {@link OneShotEntry}): an
 * event for a node whose read is under way is covered by the answer, and a node that an event reports is either known,
 * or its parent is, or an answer still to come will bring it.
 */
final class TreeEntry extends WatchEntry implements SharedPaths.Root {
    private final TreeDelivery delivery;
    private final TreeSnapshot snapshot;
    private final Map<String, Visit> visits = new HashMap<>();
    private final Set<String> refusedPaths = new LinkedHashSet<>();
    /** On the current handle. */
    private boolean added;

    private boolean adding;
    /** The server's last answer to arming it. */
    private boolean addingRefused;
    /** The tree has been read completely once. */
    private boolean complete;

    private boolean away;
    private @Nullable Reply refusal;

    /** One node's read under way. */
    private static final class Visit {
        private final String path;
        /** Part of reading the whole tree: continues with all children, not only with unknown ones. */
        private boolean sweeping;
        /** Its children's names are read too, not only its stat. */
        private boolean whole;

        private int olderReads;

        private Visit(String path, boolean sweeping, boolean whole) {
            this.path = path;
            this.sweeping = sweeping;
            this.whole = whole;
        }
    }

    TreeEntry(WatchLedger ledger, String path, TreeDelivery delivery) {
        super(ledger, WatchKind.TREE, path);
        this.delivery = delivery;
        this.snapshot = new TreeSnapshot(path);
    }

    TreeDelivery delivery() {
        return delivery;
    }

    @Override
    public boolean isAdded() {
        return added;
    }

    @Override
    public boolean isToBeAdded() {
        return !added && (adding || !addingRefused);
    }

    /** What an event of the recursive watch reports. */
    void happened(String path, EventType type) {
        if (live() == null) {
            return;
        }
        switch (type) {
            case PersistentWatchRemoved -> removed(path);
            case NodeDeleted -> snapshot.absent(path, (kind, p, stat) -> offer(kind, p, stat, false));
            case NodeDataChanged -> {
                if (snapshot.hasPlaceFor(path)) {
                    look(path);
                }
            }
            default -> {
                if (snapshot.hasPlaceFor(path)) {
                    visit(path, false);
                }
            }
        }
    }

    /** Another handle: the server does not know the watch. */
    void disarmed() {
        added = false;
        addingRefused = false;
        unarmed();
    }

    @Override
    void read() {
        AttachedSession live = live();
        if (live == null) {
            return;
        }
        boolean arms = !added && !adding;
        if (arms) {
            adding = true;
            live.requests().addWatch(path(), watcher(), AddWatchMode.PERSISTENT_RECURSIVE, this::added);
        }
        // What was read before it is armed may have changed since.
        List<String> again = arms || refusedPaths.isEmpty() ? List.of(path()) : List.copyOf(refusedPaths);
        refusedPaths.clear();
        again.forEach(p -> visit(p, true));
    }

    /** The next read covers the whole tree; what the first such read finds is the initial state, and was not missed. */
    @Override
    void wasAway() {
        away = complete;
        refusedPaths.clear();
    }

    @Override
    void interrupted() {
        visits.clear();
        adding = false;
        refusal = null;
    }

    @Override
    void eachWatch(Consumer<WatchHandle> action) {
        action.accept(delivery.watch());
    }

    private void removed(String path) {
        if (path.equals(path())) {
            disarmed();
            read();
        }
    }

    private void added(Reply reply) {
        adding = false;
        boolean decided = isToBeAdded();
        if (reply.ok()) {
            added = true;
            addingRefused = false;
            if (reply.late()) {
                visit(path(), true); // what was read before it was armed may have changed since
            }
        } else if (!reply.connectionTrouble()) {
            refusal = reply;
            addingRefused = true;
        }
        if (!reply.connectionTrouble() && !isClosed()) {
            settleShared(decided || added);
        }
        settleIfDone();
    }

    private void settleShared(boolean decided) {
        if (decided) {
            ledger().shared().decided(path());
        } else {
            ledger().shared().undecidedNoMore(path());
        }
    }

    private void visit(String path, boolean sweeping) {
        Visit underWay = visits.get(path);
        if (underWay != null) {
            underWay.sweeping |= sweeping;
            underWay.whole = true;
            return;
        }
        begin(new Visit(path, sweeping, true));
    }

    /** Its data have changed: however many children it has, they need not be listed for that (W4). */
    private void look(String path) {
        if (!visits.containsKey(path)) {
            begin(new Visit(path, false, false));
        }
    }

    private void begin(Visit visit) {
        visits.put(visit.path, visit);
        ask(visit);
    }

    private void ask(Visit visit) {
        AttachedSession live = live();
        if (live == null || visits.get(visit.path) != visit || isClosed()) {
            return;
        }
        if (visit.whole) {
            live.requests().getChildren(visit.path, null, reply -> answered(visit, reply));
        } else {
            live.requests().exists(visit.path, null, reply -> looked(visit, reply));
        }
    }

    private void looked(Visit visit, Reply reply) {
        Stat stat = reply.stat();
        if (isClosed() || reply.connectionTrouble() || isDoubtful(visit, reply)) {
            return;
        }
        if (!visit.whole && reply.ok() && stat != null && snapshot.changed(visit.path, stat, changes(visit))) {
            visits.remove(visit.path);
            settleIfDone();
        } else {
            visit.whole = true; // it is not the node that was known
            ask(visit);
        }
    }

    private void answered(Visit visit, Reply reply) {
        if (isClosed() || reply.connectionTrouble() || isDoubtful(visit, reply)) {
            return;
        }
        visits.remove(visit.path);
        Stat stat = reply.stat();
        if (reply.ok() && stat != null) {
            present(visit, stat, reply.names());
        } else if (reply.code() == Code.NONODE) {
            snapshot.absent(visit.path, changes(visit));
        } else {
            refusedPaths.add(visit.path);
            refusal = reply;
        }
        settleIfDone();
    }

    private boolean isDoubtful(Visit visit, Reply reply) {
        Stat stat = reply.stat();
        if (stat == null || !snapshot.isAheadOf(visit.path, stat) || visit.olderReads == StaleReadRetry.MAX_READS) {
            return false;
        }
        visit.olderReads++;
        ledger().context().loop().schedule(StaleReadRetry.delay(visit.olderReads), () -> ask(visit));
        return true;
    }

    private void present(Visit visit, Stat stat, Collection<String> names) {
        TreeNode node = snapshot.present(visit.path, stat, names, changes(visit));
        if (node == null) {
            return;
        }
        for (String name : names) {
            if (visit.sweeping || !node.has(name)) {
                visit(TreeSnapshot.join(visit.path, name), visit.sweeping);
            }
        }
    }

    private TreeSnapshot.Changes changes(Visit visit) {
        boolean whileAway = visit.sweeping && away;
        return (kind, path, stat) -> offer(kind, path, stat, whileAway);
    }

    private void offer(TreeChange.Kind kind, String path, @Nullable Stat stat, boolean whileAway) {
        AttachedSession live = live();
        if (live != null) {
            String userPath = ledger().context().paths().toUser(path);
            delivery.offer(new TreeChange(userPath, kind, stat, whileAway, live.generation()));
        }
    }

    private void settleIfDone() {
        if (adding || !visits.isEmpty() || isClosed()) {
            return;
        }
        Reply refused = refusal;
        refusal = null;
        away = false;
        if (refused != null) {
            refused(refused);
        } else if (added && refusedPaths.isEmpty()) {
            complete = true;
            armed();
        }
    }
}
