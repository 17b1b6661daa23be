package io.perennial.internal.watch;

import io.perennial.ResilientSessionException;
import io.perennial.internal.restore.AttachedSession;
import io.perennial.internal.restore.Attachment;
import io.perennial.internal.restore.RestoreContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.jspecify.annotations.Nullable;

/**
 * What is watched, and the current session in which it is armed.
 *
 * <p>Concurrency: confined to the event loop, all of it; {@link ArmedCount} and {@link WatchProblems} can be read from
 * outside. An entry is {@code unresolved} while it is to be read or being read. A new handle makes all entries
 * unresolved. On a reconnected one the client has armed the one-shot watches by itself, so only those remain unresolved
 * whose answer was lost with the connection, those that the catch-up has fired, and the trees; the others are left to
 * {@link BulkRearming}.
 */
final class WatchLedger {
    private final RestoreContext context;
    private final BulkRearming.Limits bulkLimits;
    private final ArmedCount armedCount;
    private final WatchProblems refusals;
    private final WatchRemoval disarming = new WatchRemoval(this);

    private final Map<String, NodeEntry> nodes = new LinkedHashMap<>();
    private final Map<String, ChildrenEntry> children = new LinkedHashMap<>();
    private final Map<String, List<TreeEntry>> trees = new HashMap<>();
    private final SharedPaths shared = new SharedPaths(nodes, children, trees);
    private final Set<WatchEntry> unresolved = new LinkedHashSet<>();

    private Map<WatchKind, HandleWatcher> watchers;
    private @Nullable AttachedSession live;
    /** How many there have been. */
    private int connections;
    /** How many entries the restoration under way still waits for. */
    private int awaited;

    private Runnable restored = () -> {};
    private @Nullable ResilientSessionException closed;

    /**
     * Nothing is watched yet.
     *
     * @param bulkLimits how many are armed together
     */
    WatchLedger(RestoreContext context, ArmedCount armedCount, WatchProblems refusals, BulkRearming.Limits bulkLimits) {
        this.context = context;
        this.bulkLimits = bulkLimits;
        this.armedCount = armedCount;
        this.refusals = refusals;
        this.watchers = newWatchers();
    }

    RestoreContext context() {
        return context;
    }

    @Nullable
    AttachedSession live() {
        return live;
    }

    int connections() {
        return connections;
    }

    /** Whether one request can arm many watches on the current handle. */
    boolean canRearm() {
        return live != null && live.requests().canRearm();
    }

    SharedPaths shared() {
        return shared;
    }

    Watcher watcher(WatchKind kind) {
        return watcherOf(kind);
    }

    void addNode(String path, NodeDelivery delivery) {
        if (isOpenFor(delivery.watch())) {
            nodes.computeIfAbsent(path, p -> new NodeEntry(this, p)).add(delivery);
        }
    }

    void addChildren(String path, ChildrenDelivery delivery) {
        if (isOpenFor(delivery.watch())) {
            children.computeIfAbsent(path, p -> new ChildrenEntry(this, p)).add(delivery);
        }
    }

    void addTree(String path, TreeDelivery delivery) {
        if (isOpenFor(delivery.watch())) {
            TreeEntry entry = new TreeEntry(this, path, delivery);
            trees.computeIfAbsent(path, p -> new ArrayList<>(1)).add(entry);
            unresolved(entry);
            entry.read();
        }
    }

    /** After the watch's close: if it was the last of its kind on the path, the path is disarmed. */
    void remove(WatchKind kind, String path, WatchHandle watch) {
        watch.ended();
        if (closed != null) {
            return;
        }
        switch (kind) {
            case NODE -> remove(nodes, path, watch);
            case CHILDREN -> remove(children, path, watch);
            case TREE, TREE_NODE -> {
                if (removeTree(path, watch)) {
                    return; // there is none on the whole tree
                }
            }
        }
        if (!isWatched(kind, path)) {
            disarming.add(kind, path);
        }
    }

    boolean isWatched(WatchKind kind, String path) {
        return switch (kind) {
            case NODE -> nodes.containsKey(path);
            case CHILDREN -> children.containsKey(path);
            case TREE -> trees.containsKey(path);
            case TREE_NODE -> treesAbove(path).anyMatch(entry -> entry.watchesNode(path));
        };
    }

    void attached(AttachedSession session, Attachment how, Runnable whenRestored) {
        live = session;
        connections++;
        boolean kept = how == Attachment.RECONNECTED && session.requests().keepsWatches();
        var bulk = new BulkRearming(this, bulkLimits, kept);
        if (kept) {
            eachTree(TreeEntry::unarmed);
            shared.reconnected(disarming.trees());
            bulk.take();
        } else {
            bulk.take();
            forgetHandle();
        }
        armedCount.attached(true);
        restored = whenRestored;
        awaited = 1;
        for (WatchEntry entry : unresolved) {
            await(entry);
            if (!entry.isInBulk()) {
                entry.read();
            }
        }
        disarming.resume();
        bulk.begin(this::oneDone);
    }

    private void await(WatchEntry entry) {
        entry.setAwaited(true);
        awaited++;
        entry.wasAway();
    }

    /** It was believed to be armed on this connection, or to be armed otherwise. */
    void readNow(OneShotEntry<?> entry) {
        if (!entry.isAwaited()) {
            unresolved(entry);
            await(entry);
        }
        entry.read();
    }

    private void oneDone() {
        awaited--;
        if (awaited == 0) {
            restored.run();
        }
    }

    void detached() {
        live = null;
        armedCount.attached(false);
        awaited = 0;
        for (WatchEntry entry : unresolved) {
            entry.setAwaited(false);
            entry.interrupted();
        }
        eachTree(TreeEntry::interrupted);
        disarming.interrupted();
    }

    void closed(ResilientSessionException reason) {
        closed = reason;
        live = null;
        armedCount.attached(false);
        restored = () -> {};
        eachEntry(entry -> {
            entry.eachWatch(watch -> watch.failed(reason));
            entry.close();
        });
        nodes.clear();
        children.clear();
        trees.clear();
        refusals.clear();
        disarming.clear();
    }

    /** The entry must be read: now, or with the next attachment. */
    void unresolved(WatchEntry entry) {
        unresolved.add(entry);
    }

    boolean isUnresolved(WatchEntry entry) {
        return unresolved.contains(entry);
    }

    /** The entry is armed, refused or closed; the last one that the restoration waits for completes it. */
    void settled(WatchEntry entry) {
        unresolved.remove(entry);
        if (!entry.isAwaited()) {
            return;
        }
        entry.setAwaited(false);
        oneDone();
    }

    void refused(WatchEntry entry, String problem) {
        refusals.put(entry, problem);
        context.log().warnThrottled("watch-refused", problem);
    }

    /** The entry is no longer refused. */
    void accepted(WatchEntry entry) {
        refusals.remove(entry);
    }

    private boolean isOpenFor(WatchHandle watch) {
        if (closed != null) {
            watch.failed(closed);
        }
        return closed == null && !watch.isClosed();
    }

    private <E extends OneShotEntry<?>> void remove(Map<String, E> entries, String path, WatchHandle watch) {
        E entry = entries.get(path);
        if (entry != null && entry.remove(watch)) {
            entries.remove(path);
            entry.close();
        }
    }

    /** Whether its nodes were watched, one by one. */
    private boolean removeTree(String path, WatchHandle watch) {
        List<TreeEntry> entries = trees.get(path);
        if (entries == null) {
            return false;
        }
        for (TreeEntry entry : entries) {
            if (entry.delivery().watch() == watch) {
                entry.close();
            }
        }
        List<TreeEntry> gone = entries.stream().filter(WatchEntry::isClosed).toList();
        entries.removeAll(gone);
        if (entries.isEmpty()) {
            trees.remove(path);
            shared.decided(path);
        }
        List<TreeEntry> ofNodes = gone.stream().filter(TreeEntry::watchesNodes).toList();
        ofNodes.forEach(entry -> entry.eachPath(node -> disarming.add(WatchKind.TREE_NODE, node)));
        return !ofNodes.isEmpty();
    }

    private void forgetHandle() {
        watchers = newWatchers();
        disarming.clear();
        nodes.values().forEach(WatchEntry::unarmed);
        children.values().forEach(WatchEntry::unarmed);
        eachTree(TreeEntry::disarmed);
    }

    private void happened(HandleWatcher source, WatchedEvent event) {
        if (source != watcherOf(source.kind()) || closed != null) {
            return;
        }
        String path = event.getPath();
        switch (source.kind()) {
            case NODE -> fire(nodes.get(path), event);
            case CHILDREN -> fire(children.get(path), event);
            case TREE -> {
                fireTrees(path, event);
                shared.happened(path, event.getType());
            }
            case TREE_NODE -> treesAbove(path).toList().forEach(entry -> entry.fired(path, event.getType()));
        }
    }

    private static void fire(@Nullable OneShotEntry<?> entry, WatchedEvent event) {
        if (entry != null) {
            entry.happened(event.getType());
        }
    }

    /** The client calls a watcher once, however many recursive watches above a node use it. */
    private void fireTrees(String path, WatchedEvent event) {
        treesAbove(path).toList().forEach(entry -> entry.happened(path, event.getType()));
    }

    /** Those that contain the path. */
    private Stream<TreeEntry> treesAbove(String path) {
        return Stream.iterate(
                        path,
                        above -> above.length() > 0,
                        above -> above.length() > 1 ? TreeSnapshot.parentOf(above) : "")
                .flatMap(above -> trees.getOrDefault(above, List.of()).stream());
    }

    Collection<OneShotEntry<?>> oneShotEntries() {
        List<OneShotEntry<?>> all = new ArrayList<>(nodes.values());
        all.addAll(children.values());
        return all;
    }

    private void eachEntry(Consumer<WatchEntry> action) {
        nodes.values().forEach(action);
        children.values().forEach(action);
        eachTree(action);
    }

    private void eachTree(Consumer<? super TreeEntry> action) {
        trees.values().forEach(entries -> entries.forEach(action));
    }

    private HandleWatcher watcherOf(WatchKind kind) {
        HandleWatcher watcher = watchers.get(kind);
        if (watcher == null) {
            throw new IllegalStateException("no watcher for " + kind);
        }
        return watcher;
    }

    private Map<WatchKind, HandleWatcher> newWatchers() {
        Map<WatchKind, HandleWatcher> made = new EnumMap<>(WatchKind.class);
        for (WatchKind kind : WatchKind.values()) {
            made.put(kind, new HandleWatcher(kind, context.loop(), this::happened));
        }
        return made;
    }
}
