package io.perennial.internal.ephemeral;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes there are, and which of them has which path. A path has one occupant: a node registered again takes over
 * what its released predecessor left there, after the answer to the request that is under way (N3). Confined to the
 * event loop.
 */
final class PathOccupants {
    private final NodeLedger ledger;
    private final Consumer<TrackedNode> left;
    private final Consumer<TrackedNode> tookOver;
    /** Wanted ones, and released ones that may still be on a server. */
    private final Set<TrackedNode> nodes = new LinkedHashSet<>();
    /** The same, for those who go through all of them while some come and go; null after a change. */
    private @Nullable List<TrackedNode> copy;

    /** By the path where it exists or is to exist. */
    private final Map<String, TrackedNode> byPath = new HashMap<>();
    /** By the node that still has the path: the one registered there since, which takes it over after the answer. */
    private final Map<TrackedNode, TrackedNode> successors = new HashMap<>();

    /**
     * No occupants yet.
     *
     * @param left gets each node that is forgotten
     * @param tookOver gets each node that has taken over its predecessor's path, and continues from what is known of it
     */
    PathOccupants(NodeLedger ledger, Consumer<TrackedNode> left, Consumer<TrackedNode> tookOver) {
        this.ledger = ledger;
        this.left = left;
        this.tookOver = tookOver;
    }

    /** All current nodes, in the order in which they came. */
    List<TrackedNode> nodes() {
        List<TrackedNode> unchanged = copy;
        if (unchanged == null) {
            unchanged = List.copyOf(nodes);
            copy = unchanged;
        }
        return unchanged;
    }

    /** The node that has the path. */
    @Nullable
    TrackedNode at(String path) {
        return byPath.get(path);
    }

    /** Whether no node here has the path. */
    boolean isVacant(String path) {
        return !byPath.containsKey(path);
    }

    /**
     * A node from the inbox gets its path: at once, or after its predecessor; not at all when it is already released.
     */
    void enterOrDrop(TrackedNode node) {
        if (node.activity.isEntered()) {
            return;
        }
        if (node.isReleased()) {
            ledger.gone(node);
            return;
        }
        TrackedNode predecessor = node.isSequential() ? null : byPath.get(node.serverPath);
        if (predecessor != null) {
            successors.put(predecessor, node);
            boolean unused = !predecessor.activity.isBusy() && handOver(predecessor);
            return;
        }
        enter(node);
    }

    private void enter(TrackedNode node) {
        node.activity.enter();
        nodes.add(node);
        copy = null;
        if (!node.isSequential()) {
            byPath.put(node.serverPath, node);
        }
    }

    /** Whether a released node's path was registered again, so that the new node takes over what is known of it. */
    boolean handOver(TrackedNode node) {
        TrackedNode successor = successors.get(node);
        if (successor == null || ledger.payload(successor) == null) {
            return false;
        }
        successor.state.inherit(node.state, successor.acls.node().equals(node.acls.node()));
        successor.watch.inherit(node.watch);
        leave(node);
        enter(successor);
        tookOver.accept(successor);
        return true;
    }

    private void leave(TrackedNode node) {
        node.activity.leave();
        nodes.remove(node);
        copy = null;
        successors.remove(node);
        ledger.gone(node);
        left.accept(node);
    }

    /** A released node is not on the server, or is no longer our concern there. */
    void remove(TrackedNode node) {
        if (handOver(node)) {
            return;
        }
        leave(node);
        String path = node.actualServerPath();
        if (path != null) {
            byPath.remove(path, node);
        }
    }

    /** A sequential node has its path. */
    void occupy(TrackedNode node, String sequentialPath) {
        node.state.numbered(sequentialPath);
        node.numberedPath = sequentialPath;
        byPath.put(sequentialPath, node);
    }

    /** A sequential node no longer has its path. */
    void vacate(TrackedNode node) {
        String path = node.state.sequentialPath();
        if (path != null) {
            byPath.remove(path, node);
            node.state.unnumbered();
            node.watch.disarmed(); // of no use at that path
        }
    }

    /** The session is closed: its nodes are gone with it. */
    void clear() {
        nodes.forEach(ledger::gone);
        nodes.clear();
        copy = null;
        byPath.clear();
        successors.clear();
    }
}
