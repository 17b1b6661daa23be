package io.perennial.internal.watch;

import io.perennial.internal.engine.Callbacks;
import io.perennial.watch.ChildrenChange;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Notifies a listener of a node's children, and of what is new since its last notification. */
final class ChildrenDelivery extends Delivery<ChildrenSnapshot> {
    private final Consumer<ChildrenChange> listener;
    /** Confined to callbacks. */
    private Set<String> reportedNames = Set.of();

    ChildrenDelivery(WatchHandle watch, Callbacks callbacks, Consumer<ChildrenChange> listener) {
        super(watch, callbacks);
        this.listener = listener;
    }

    @Override
    void report(ChildrenSnapshot state, boolean whileAway, long generation) {
        Set<String> before = reportedNames;
        reportedNames = state.names();
        listener.accept(new ChildrenChange(
                watch().path(),
                state.names(),
                without(state.names(), before),
                without(before, state.names()),
                whileAway,
                generation));
    }

    private static Set<String> without(Set<String> names, Set<String> others) {
        Set<String> rest = new HashSet<>(names);
        rest.removeIf(others::contains);
        return rest;
    }
}
