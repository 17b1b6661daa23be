package io.perennial.ephemeral;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A node's updates that the server does not have yet, in order. Thread-safe. */
final class PendingUpdates {
    private record Pending(long revision, Promise<Void> promise) {}

    private final Executor completions;
    private final ArrayDeque<Pending> queue = new ArrayDeque<>(0);

    PendingUpdates(Executor completions) {
        this.completions = completions;
    }

    /** Revisions must come in order. */
    CompletableFuture<Void> add(long revision) {
        var promise = new Promise<Void>(completions);
        synchronized (queue) {
            queue.add(new Pending(revision, promise));
        }
        return promise.future();
    }

    /** The server has this revision, which includes every earlier one. */
    void written(long revision) {
        takeUpTo(revision).forEach(promise -> promise.complete(null));
    }

    /** This revision, and every earlier one, was refused. */
    void refused(long revision, Throwable failure) {
        takeUpTo(revision).forEach(promise -> promise.fail(failure));
    }

    void failAll(Throwable failure) {
        refused(Long.MAX_VALUE, failure);
    }

    private List<Promise<Void>> takeUpTo(long revision) {
        synchronized (queue) {
            if (queue.isEmpty()) {
                return List.of();
            }
            var taken = new ArrayList<Promise<Void>>();
            while (!queue.isEmpty() && queue.peek().revision <= revision) {
                taken.add(queue.remove().promise);
            }
            return taken;
        }
    }
}
