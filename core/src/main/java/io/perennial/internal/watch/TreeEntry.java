package io.perennial.internal.watch;

import io.perennial.internal.protocol.RequestKind;
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
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * One watched tree. A persistent recursive watch is armed first, then the tree is read breadth-first, pipelined; so
 * each change is either in what is read or comes as an event. Persistent watches get no catch-up (ZOOKEEPER-1416):
 * every attachment reads the whole tree again. A server before 3.6 has no such watch: there each read arms watches that
 * fire once, two for each node, see {@link TreeVisit}.
 *
 * <p>Concurrency: confined to the loop. Events and answers come in the server's order (see {@link OneShotEntry}): an
 * event for a node whose read is under way is covered by the answer, and a node that an event reports is either known,
 * or its parent is, or an answer still to come will bring it.
 */
final class TreeEntry extends WatchEntry implements SharedPaths.Root {
    private final TreeDelivery delivery;
    private final TreeSnapshot snapshot;
    private final Map<String, TreeVisit> visits = new HashMap<>();
    private final Set<String> refusedPaths = new LinkedHashSet<>();
    /** On the current handle. */
    private boolean added;

    /**
     * The server had no watch for whole trees: each node is watched by two that fire once, as long as the handle lasts.
     */
    private boolean oneShots;

    private boolean adding;
    /** The server's last answer to arming it. */
    private boolean addingRefused;
    /** The tree has been read completely once. */
    private boolean complete;

    private boolean away;
    private @Nullable Reply refusal;

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
        return !added && !oneShots && !lacksTreeWatches() && (adding || !addingRefused);
    }

    private boolean lacksTreeWatches() {
        AttachedSession live = live();
        return live != null && live.requests().lacks(RequestKind.ADD_WATCH);
    }

    /** Whether watches stand, or may stand, on single nodes of it. */
    boolean watchesNodes() {
        return oneShots;
    }

    /** Whether one of those is on that path, or is wanted there. */
    boolean watchesNode(String path) {
        return oneShots && snapshot.hasPlaceFor(path);
    }

    /** The nodes that are known. */
    void eachPath(Consumer<String> action) {
        action.accept(path());
        snapshot.eachPath(action);
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
                    glance(path);
                }
            }
            default -> {
                if (snapshot.hasPlaceFor(path)) {
                    visit(path, false);
                }
            }
        }
    }

    /** A watch on a single node has fired: it is no longer armed. */
    void fired(String path, EventType type) {
        if (live() == null || !oneShots) {
            return;
        }
        if (type == EventType.NodeDeleted) {
            snapshot.absent(path, (kind, p, stat) -> offer(kind, p, stat, false));
            // Elsewhere the parent's watch tells of its return, unless a read under way finds it back.
            if (path.equals(path()) || visits.containsKey(path)) {
                readAgain(path, true, false);
            }
        } else if (snapshot.hasPlaceFor(path)) {
            boolean known = snapshot.knows(path);
            boolean ofChildren = type == EventType.NodeChildrenChanged;
            boolean removed = type == EventType.DataWatchRemoved || type == EventType.ChildWatchRemoved;
            readAgain(path, !known || removed || !ofChildren, !known || removed || ofChildren);
        }
    }

    /** One node is read, and what is read is armed. */
    private void readAgain(String path, boolean look, boolean list) {
        if (!isRefused()) {
            unarmed();
        }
        TreeVisit visit = visits.computeIfAbsent(path, p -> new TreeVisit(p, false));
        if (look && !visit.looking) {
            look(visit);
        }
        if (list && !visit.listing) {
            list(visit);
        }
    }

    /** Another handle: the server does not know the watch. */
    void disarmed() {
        added = false;
        oneShots = false;
        addingRefused = false;
        unarmed();
    }

    @Override
    void read() {
        AttachedSession live = live();
        if (live == null) {
            return;
        }
        oneShots |= !added && lacksTreeWatches();
        boolean arms = !oneShots && !added && !adding;
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
        if (!reply.ok() && lacksTreeWatches()) {
            withoutTreeWatch();
            return;
        }
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

    /** What was read so far has armed nothing. */
    private void withoutTreeWatch() {
        visits.clear();
        refusedPaths.clear();
        if (!isClosed()) {
            settleShared(true);
            read();
        }
    }

    private void settleShared(boolean decided) {
        if (decided) {
            ledger().shared().decided(path());
        } else {
            ledger().shared().undecidedNoMore(path());
        }
    }

    private void visit(String path, boolean sweeping) {
        TreeVisit visit = visits.computeIfAbsent(path, p -> new TreeVisit(p, sweeping));
        visit.sweeping |= sweeping;
        if (oneShots && !visit.looking) {
            look(visit);
        }
        if (!visit.listing) {
            list(visit);
        }
    }

    /** Its data have changed: however many children it has, they need not be listed for that (W4). */
    private void glance(String path) {
        if (!visits.containsKey(path)) {
            var visit = new TreeVisit(path, false);
            visits.put(path, visit);
            look(visit);
        }
    }

    private void look(TreeVisit visit) {
        visit.looking = true;
        AttachedSession live = live();
        if (live != null && isUnderWay(visit)) {
            live.requests().exists(visit.path, nodeWatcher(), reply -> looked(visit, reply));
        }
    }

    private void list(TreeVisit visit) {
        visit.listing = true;
        AttachedSession live = live();
        if (live != null && isUnderWay(visit)) {
            live.requests().getChildren(visit.path, nodeWatcher(), reply -> listed(visit, reply));
        }
    }

    private @Nullable Watcher nodeWatcher() {
        return oneShots ? ledger().watcher(WatchKind.TREE_NODE) : null;
    }

    private boolean isUnderWay(TreeVisit visit) {
        return visits.get(visit.path) == visit && !isClosed();
    }

    private void looked(TreeVisit visit, Reply reply) {
        if (!isUnderWay(visit) || reply.connectionTrouble()) {
            return;
        }
        int older = isOlder(visit, reply) ? visit.olderLook() : 0;
        if (older > 0) {
            ledger().context().loop().schedule(StaleReadRetry.delay(older), () -> look(visit));
            return;
        }
        visit.looking = false;
        Stat stat = reply.stat();
        if (reply.ok() && stat != null) {
            boolean isKnown = snapshot.changed(visit.path, stat, changes(visit));
            if (!isKnown && !visit.listing) {
                list(visit); // it is not the node that was known
            }
        } else if (!visit.listing) {
            notThere(visit, reply);
        }
        settled(visit);
    }

    private void listed(TreeVisit visit, Reply reply) {
        if (!isUnderWay(visit) || reply.connectionTrouble()) {
            return;
        }
        int older = isOlder(visit, reply) ? visit.olderList() : 0;
        if (older > 0) {
            ledger().context().loop().schedule(StaleReadRetry.delay(older), () -> list(visit));
            return;
        }
        visit.listing = false;
        Stat stat = reply.stat();
        if (reply.ok() && stat != null) {
            present(visit, stat, reply.names());
        } else {
            notThere(visit, reply);
        }
        settled(visit);
    }

    private boolean isOlder(TreeVisit visit, Reply reply) {
        Stat stat = reply.stat();
        return stat != null && snapshot.isAheadOf(visit.path, stat);
    }

    private void notThere(TreeVisit visit, Reply reply) {
        if (reply.code() == Code.NONODE) {
            snapshot.absent(visit.path, changes(visit));
        } else {
            refusedPaths.add(visit.path);
            refusal = reply;
        }
    }

    private void settled(TreeVisit visit) {
        if (visit.isOver()) {
            visits.remove(visit.path);
        }
        settleIfDone();
    }

    private void present(TreeVisit visit, Stat stat, Collection<String> names) {
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

    private TreeSnapshot.Changes changes(TreeVisit visit) {
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
        } else if ((added || oneShots) && refusedPaths.isEmpty()) {
            complete = true;
            armed();
        }
    }
}
