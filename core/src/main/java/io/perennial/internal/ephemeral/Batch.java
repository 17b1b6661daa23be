package io.perennial.internal.ephemeral;

import io.perennial.internal.protocol.RequestKey;
import io.perennial.internal.protocol.RequestKind;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.proto.CreateRequest;
import org.jspecify.annotations.Nullable;

/** A transaction in the making: a node's operations go in together or not at all. Bounded by count and by bytes. */
final class Batch {
    private final int maxOperations;
    private final int maxBytes;
    private final List<TrackedNode> nodes = new ArrayList<>();
    private final List<Op> operations = new ArrayList<>();
    /** For each operation the index of its node. */
    private final List<Integer> owners = new ArrayList<>();

    private int bytes;

    Batch(int maxOperations, int maxBytes) {
        this.maxOperations = maxOperations;
        this.maxBytes = maxBytes;
    }

    /**
     * Whether a node with that many operations and bytes still fits. An empty batch accepts any: it cannot be split.
     */
    boolean hasRoomFor(int moreOperations, int moreBytes) {
        return nodes.isEmpty()
                || (operations.size() + moreOperations <= maxOperations && bytes + moreBytes <= maxBytes);
    }

    void add(TrackedNode node, List<Op> nodeOperations, int nodeBytes) {
        for (Op operation : nodeOperations) {
            operations.add(operation);
            owners.add(nodes.size());
        }
        nodes.add(node);
        bytes += nodeBytes;
    }

    boolean isEmpty() {
        return nodes.isEmpty();
    }

    List<TrackedNode> nodes() {
        return nodes;
    }

    List<Op> operations() {
        return operations;
    }

    /** What it creates. */
    List<RequestKey> subjects() {
        List<RequestKey> subjects = new ArrayList<>(nodes.size());
        for (int i = 0; i < operations.size(); i++) {
            if (isLastOfItsNode(i) && operations.get(i) instanceof Op.Create create) {
                subjects.add(new RequestKey(
                        RequestKind.CREATE,
                        create.getPath(),
                        ((CreateRequest) create.toRequestRecord()).getData().length));
            }
        }
        return subjects;
    }

    int bytes() {
        return bytes;
    }

    /** The node that the operation belongs to; null when there is no such operation. */
    @Nullable
    TrackedNode nodeOf(int operation) {
        return operation < 0 ? null : nodes.get(owners.get(operation));
    }

    /** Whether the operation is one of those before a deletion and a creation: it checks who owns the existing node. */
    boolean asksForOwner(int operation) {
        return operation >= 0
                && operation + 2 < owners.size()
                && owners.get(operation).equals(owners.get(operation + 2));
    }

    /** Whether the operation is the last one for its node, which is the one that creates. */
    boolean isLastOfItsNode(int operation) {
        return operation + 1 == owners.size() || !owners.get(operation).equals(owners.get(operation + 1));
    }
}
