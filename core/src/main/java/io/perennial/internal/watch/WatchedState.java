package io.perennial.internal.watch;

/** What a read-and-arm request has found. */
sealed interface WatchedState permits NodeState, ChildrenState {
    Version version();
}
