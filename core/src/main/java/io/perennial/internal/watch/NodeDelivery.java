package io.perennial.internal.watch;

import io.perennial.internal.engine.Callbacks;
import io.perennial.watch.NodeChange;
import java.util.function.Consumer;

/** Notifies a listener of a node. */
final class NodeDelivery extends Delivery<NodeSnapshot> {
    private final Consumer<NodeChange> listener;

    NodeDelivery(WatchHandle watch, Callbacks callbacks, Consumer<NodeChange> listener) {
        super(watch, callbacks);
        this.listener = listener;
    }

    @Override
    void report(NodeSnapshot state, boolean whileAway, long generation) {
        byte[] data = state.data();
        listener.accept(new NodeChange(
                watch().path(), state.stat(), data == null ? null : data.clone(), whileAway, generation));
    }
}
