package io.perennial.internal.watch;

/** What a read-and-arm request has found. */
sealed interface WatchedSnapshot permits NodeSnapshot, ChildrenSnapshot {
    Version version();
}
