package io.perennial.internal.ephemeral;

import io.perennial.internal.request.Reply;
import io.perennial.internal.request.Requests;
import io.perennial.internal.restore.AttachedSession;
import io.perennial.internal.restore.RestoreContext;
import java.util.ArrayDeque;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.jspecify.annotations.Nullable;

/**
 * Creates and replaces nodes in transactions, a bounded number at a time: nodes that arrive while they are under way go
 * together into the next. A transaction is all or nothing, so one that fails is sorted by its error: what may already
 * exist there is inspected, missing parents are made, and for any other refusal its nodes are sent one by one.
 */
final class Creations {
    private static final int BYTES_PER_OPERATION = 100;
    /** Room for the header of a transaction. */
    private static final int HEADROOM = 1024;

    private final RestoreContext context;
    private final AttachedSession live;
    private final NodeLedger ledger;
    private final PathOccupants occupants;
    private final PassProgress progress;
    private final Parents parents;
    private final int maxBytes;
    private final ArrayDeque<TrackedNode> queue = new ArrayDeque<>();
    private int inFlight;

    Creations(
            RestoreContext context,
            AttachedSession live,
            NodeLedger ledger,
            PathOccupants occupants,
            PassProgress progress) {
        this.context = context;
        this.live = live;
        this.ledger = ledger;
        this.occupants = occupants;
        this.progress = progress;
        this.parents = new Parents(live, ledger, progress);
        this.maxBytes = Math.min(context.policy().maxBatchBytes(), Math.max(1, context.maxPacket() - HEADROOM));
    }

    void add(TrackedNode node) {
        queue.add(node);
    }

    /** Sends what has gathered. While more is about to come, only batches that are full by count. */
    void flush(boolean moreToCome) {
        var policy = context.policy();
        while (inFlight < policy.maxBatchesInFlight()
                && !queue.isEmpty()
                && (!moreToCome || queue.size() >= policy.maxBatchOperations())) {
            if (goesAlone(queue.element())) {
                sendAlone(queue.remove());
            } else {
                send(nextBatch(policy.maxBatchOperations()));
            }
        }
    }

    private boolean goesAlone(TrackedNode node) {
        return node.failures.failsBatches() || isQuarantined(node);
    }

    private boolean isQuarantined(TrackedNode node) {
        Requests requests = live.requests();
        return requests.hasQuarantined() && requests.goesApart(pathToCreate(node), node.spec.dataLength());
    }

    private Batch nextBatch(int maxOperations) {
        var batch = new Batch(maxOperations, maxBytes);
        int bytesPerOperation = context.paths().chrootBytes() + BYTES_PER_OPERATION;
        for (TrackedNode node = queue.peek(); node != null && !goesAlone(node); node = queue.peek()) {
            Payload payload = payload(node);
            if (payload == null) {
                queue.remove();
                progress.again(node);
                continue;
            }
            List<Op> operations = operations(node, payload.data());
            int bytes = operations.size() * (node.pathBytes + bytesPerOperation)
                    + node.acls.bytes()
                    + payload.data().length;
            if (!batch.hasRoomFor(operations.size(), bytes)) {
                break;
            }
            queue.remove();
            batch.add(node, operations, bytes);
            node.state.creating(payload.revision());
        }
        return batch;
    }

    /** What to create now, unless the node was released, or what it replaces has changed, while it waited. */
    private @Nullable Payload payload(TrackedNode node) {
        boolean changed = node.state.known() != ObservedNode.ABSENT && progress.isOutdated(node);
        return changed ? null : ledger.payload(node);
    }

    private static List<Op> operations(TrackedNode node, byte[] data) {
        Op create = Op.create(pathToCreate(node), data, node.acls.node(), mode(node));
        return node.state.known() == ObservedNode.ABSENT
                ? List.of(create)
                : Replacement.operations(
                        node.serverPath, node.state.version(), node.state.known() == ObservedNode.FOREIGN, create);
    }

    private static CreateMode mode(TrackedNode node) {
        return node.isSequential() ? CreateMode.EPHEMERAL_SEQUENTIAL : CreateMode.EPHEMERAL;
    }

    private static String pathToCreate(TrackedNode node) {
        if (!node.isSequential()) {
            return node.serverPath;
        }
        return ProtectedName.path(node.serverPath, node.state.idToCreateWith());
    }

    private void send(Batch batch) {
        if (batch.isEmpty()) {
            return;
        }
        inFlight++;
        live.requests().multi(batch.operations(), batch::subjects, reply -> {
            inFlight--;
            answered(batch, reply);
            progress.canSendMore();
        });
    }

    /**
     * Not counted: single requests have their own, much wider window, and what is quarantined may be held back until
     * all others exist (C3).
     */
    private void sendAlone(TrackedNode node) {
        Payload payload = payload(node);
        if (payload == null) {
            progress.again(node);
            return;
        }
        var batch = new Batch(1, maxBytes);
        batch.add(node, operations(node, payload.data()), 0);
        boolean single = node.state.known() == ObservedNode.ABSENT;
        node.state.creating(payload.revision());
        if (!single) {
            live.requests().multi(batch.operations(), batch::subjects, reply -> answered(batch, reply));
            return;
        }
        live.requests().create(pathToCreate(node), payload.data(), node.acls.node(), mode(node), reply -> {
            String path = reply.path();
            if (reply.ok() && path != null) {
                created(node, path);
            } else {
                answered(batch, reply);
            }
        });
    }

    private void answered(Batch batch, Reply reply) {
        if (reply.ok()) {
            created(batch, reply.results());
        } else if (!reply.connectionTrouble()) {
            failed(batch, reply);
        }
        // Otherwise the nodes stay in doubt, and busy, until the next attachment.
    }

    private void created(Batch batch, List<OpResult> results) {
        for (int i = 0; i < results.size(); i++) {
            TrackedNode node = batch.nodeOf(i);
            if (node != null && batch.isLastOfItsNode(i) && results.get(i) instanceof OpResult.CreateResult create) {
                created(node, context.paths().fromTransaction(create.getPath()));
            }
        }
    }

    private void created(TrackedNode node, String path) {
        if (node.isSequential()) {
            occupants.occupy(node, path);
        }
        node.state.created();
        progress.learned(node);
    }

    private void failed(Batch batch, Reply reply) {
        int failedOperation = firstError(reply.results());
        boolean definite = ErrorAdvice.isDefinite(reply.code());
        for (TrackedNode node : batch.nodes()) {
            node.failures.batchFailed();
            if (definite) {
                node.state.notCreated();
            }
        }
        if (batch.asksForOwner(failedOperation)) {
            ownerAsked(batch, failedOperation, reply.code());
            return;
        }
        switch (reply.code()) {
            case NODEEXISTS, BADVERSION, NOTEMPTY -> inspect(batch);
            case NONODE -> {
                if (failedOperation < 0 || batch.isLastOfItsNode(failedOperation)) {
                    parents.make(batch.nodes());
                } else {
                    inspect(batch); // reaped since it was looked at (S-16)
                }
            }
            default -> refused(batch, failedOperation, reply.code());
        }
    }

    /** A session has taken the path since it was looked at, or may have: nothing has been changed (N1). */
    private void ownerAsked(Batch batch, int failedOperation, Code code) {
        TrackedNode culprit = batch.nodeOf(failedOperation);
        if (code == Code.NOAUTH && culprit != null) {
            culprit.state.ownerMayNotBeAsked();
            batch.nodes().forEach(progress::again);
        } else if (code == Code.NOCHILDRENFOREPHEMERALS || code == Code.NONODE) {
            inspect(batch);
        } else {
            refused(batch, failedOperation, code);
        }
    }

    private void inspect(Batch batch) {
        for (TrackedNode node : batch.nodes()) {
            node.state.doubt();
            progress.again(node);
        }
    }

    /** The refused node waits, the others are sent again; but not together forever: there may be many refused ones. */
    private void refused(Batch batch, int failedOperation, Code code) {
        TrackedNode culprit = batch.nodes().size() == 1 ? batch.nodes().get(0) : batch.nodeOf(failedOperation);
        for (TrackedNode node : batch.nodes()) {
            if (node == culprit) {
                progress.refusedData(node, code, "creating");
                continue;
            }
            if (culprit == null) {
                node.failures.isSuspect();
            }
            progress.again(node);
        }
    }

    private static int firstError(List<OpResult> results) {
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i) instanceof OpResult.ErrorResult error && error.getErr() != Code.OK.intValue()) {
                return i;
            }
        }
        return -1;
    }
}
