package io.perennial.internal.ephemeral;

import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.internal.restore.AttachedSession;
import io.perennial.internal.restore.Attachment;
import io.perennial.internal.restore.RestoreContext;
import java.util.random.RandomGenerator;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the live session in agreement with the ledger: admits the nodes that the application has touched, and has a
 * {@link ReconcilePass} while a session is attached.
 *
 * <p>Concurrency: everything here, in the pass, in the classes that do its work and in the parts of a {@link
 * TrackedNode} is confined to the event loop. A node has at most one request under way or queued, in one pass; its
 * answer decides the next {@link NodeAction}. Before a write is sent the node is set in doubt, so a broken connection
 * leaves behind exactly what the next pass must look at; nothing else is remembered of a pass, and its late answers are
 * not delivered. So passes never overlap and nothing runs twice (S-07).
 */
final class Reconciler {
    private final RestoreContext context;
    private final NodeLedger ledger;
    private final PathOccupants occupants;
    private final RetryQueue retries;
    private final DeletionsByOthers deletions;
    private final StaleSequentialNodes leftovers = new StaleSequentialNodes();
    private final ReconcilerParts parts;

    private Watcher watcher = newWatcher();
    private @Nullable ReconcilePass pass;

    Reconciler(RestoreContext context, RandomGenerator random) {
        this.context = context;
        this.ledger = new NodeLedger(context, this::emptyInbox);
        this.occupants = new PathOccupants(ledger, this::left, this::attend);
        this.retries = new RetryQueue(context.loop(), random, this::attendAgain);
        var outcomes = new StatusReporter(context, ledger);
        this.deletions = new DeletionsByOthers(context.loop().ticker(), ledger, occupants, outcomes, retries);
        this.parts = new ReconcilerParts(context, ledger, occupants, outcomes, retries, deletions, leftovers, random);
    }

    NodeLedger ledger() {
        return ledger;
    }

    void attached(AttachedSession live, Attachment how, Runnable restored) {
        if (how == Attachment.NEW_SESSION) {
            forgetSession();
        }
        if (how != Attachment.RECONNECTED || !live.requests().keepsWatches()) {
            watcher = newWatcher();
            occupants.nodes().forEach(node -> node.watch.disarmed());
        }
        emptyInbox(); // what was registered before this is part of the restoration
        var next = new ReconcilePass(parts, live, watcher, restored);
        pass = next;
        next.begin(how);
    }

    void detached() {
        if (pass != null) {
            pass.end();
            pass = null;
        }
        for (TrackedNode node : occupants.nodes()) {
            node.detached();
            boolean unused = occupants.handOver(node);
        }
    }

    /** What is known remains known: the session may yet be resumed, with all its nodes. */
    void lost() {
        detached();
        for (TrackedNode node : occupants.nodes()) {
            if (node.status() == Status.HELD) {
                ledger.show(node, Status.PENDING, node.spec.path(), null);
            }
        }
    }

    void closed() {
        detached();
        retries.clear();
        occupants.clear();
    }

    /** The server session is gone for good, and with it every node in it, sooner or later. */
    private void forgetSession() {
        retries.clear();
        for (TrackedNode node : occupants.nodes()) {
            NodeState state = node.state;
            boolean mayExist = state.mayExist();
            String numbered = state.sequentialPath();
            if (mayExist && numbered != null) {
                leftovers.add(numbered);
                occupants.vacate(node);
            }
            node.forgetSession();
            if (!node.isReleased()) {
                ledger.show(node, Status.PENDING, node.spec.path(), null);
                continue;
            }
            ledger.gone(node);
            if (mayExist && !node.isSequential()) {
                state.doubt(); // deleted in the next session, if the server has not reaped it
            } else {
                occupants.remove(node);
            }
        }
    }

    private void emptyInbox() {
        for (TrackedNode node : ledger.takeInbox()) {
            occupants.enterOrDrop(node);
            attend(node);
        }
    }

    /** A node has something to do, unless it is busy or waiting. */
    private void attend(TrackedNode node) {
        if (!node.activity.isEntered()) {
            return;
        }
        if (node.isReleased() && !node.activity.isBusy() && ledger.nextStep(node) == NodeAction.FORGET) {
            occupants.remove(node);
        } else if (pass != null) {
            pass.advance(node);
        }
    }

    /** It has waited: where no watch reports, it is no longer known whose it is (N2). */
    private void attendAgain(TrackedNode node) {
        node.state.markOutdated();
        attend(node);
    }

    private void left(TrackedNode node) {
        if (pass != null) {
            pass.removed(node);
        }
    }

    private void deleted(TrackedNode node) {
        NodeState state = node.state;
        if (state.isOwned() && !node.isReleased()) {
            deletions.deleted(node);
            if (pass != null) {
                state.markFresh();
            }
        } else if (state.known() != ObservedNode.IN_DOUBT) {
            state.foundAbsent();
        }
    }

    private Watcher newWatcher() {
        return new Watcher() {
            @Override
            public void process(WatchedEvent event) {
                if (event.getType() != Event.EventType.None) {
                    boolean unused = context.loop().offer(() -> changed(this, event));
                }
            }
        };
    }

    /** An armed watch fired; it is no longer armed. */
    private void changed(Watcher source, WatchedEvent event) {
        TrackedNode node = source == watcher ? occupants.at(event.getPath()) : null;
        if (node == null) {
            return;
        }
        NodeState state = node.state;
        node.watch.disarmed();
        if (node.activity.isBusy()) {
            state.disturb();
            return;
        }
        switch (event.getType()) {
            case NodeDeleted -> deleted(node);
            case NodeDataChanged -> {
                // After a reconnection also reported for a node that another client deleted and recreated meanwhile.
                if (state.known().mayExist()) {
                    state.doubt();
                }
            }
            default -> {} // created: by us; watch removed: by the application; to be armed again
        }
        if (pass == null) {
            attend(node);
        } else {
            pass.revisit(node);
        }
    }
}
