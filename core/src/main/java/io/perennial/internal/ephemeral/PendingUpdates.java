package io.perennial.internal.ephemeral;

import io.perennial.internal.engine.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * A node's updates that the server does not have yet, in order. Those that go to it in one write, because only the last
 * of them is sent, share one promise and one future: while there is no server they may be countless (N10). Thread-safe.
 */
final class PendingUpdates {
    private static final class Pending {
        private final Promise<Void> promise;
        private CompletableFuture<Void> shown;
        private long revision;
        private boolean sent;

        private Pending(Promise<Void> promise) {
            this.promise = promise;
            this.shown = promise.future();
        }

        /** One that the caller completed, for example by a timeout, says nothing to the next caller. */
        private CompletableFuture<Void> shown() {
            if (shown.isDone() && !promise.isDone()) {
                shown = promise.future();
            }
            return shown;
        }
    }

    private final Executor completions;
    private final ArrayDeque<Pending> queue = new ArrayDeque<>(0);

    PendingUpdates(Executor completions) {
        this.completions = completions;
    }

    /** Revisions must come in order. */
    CompletableFuture<Void> add(long revision) {
        synchronized (queue) {
            Pending last = queue.peekLast();
            if (last == null || last.sent) {
                last = new Pending(new Promise<>(completions));
                queue.add(last);
            }
            last.revision = revision;
            return last.shown();
        }
    }

    /** The current data are about to be written: later updates go into another write. */
    void sending() {
        synchronized (queue) {
            Pending last = queue.peekLast();
            if (last != null) {
                last.sent = true;
            }
        }
    }

    /** The server has this revision, which includes every earlier one. */
    void written(long revision) {
        take(pending -> pending.revision <= revision).forEach(promise -> promise.complete(null));
    }

    /** What was sent was refused; later updates have yet to be tried. */
    void failSent(Throwable failure) {
        take(pending -> pending.sent).forEach(promise -> promise.fail(failure));
    }

    void failAll(Throwable failure) {
        take(pending -> true).forEach(promise -> promise.fail(failure));
    }

    /** Takes those at the head that match. */
    private List<Promise<Void>> take(Predicate<Pending> such) {
        synchronized (queue) {
            if (queue.isEmpty()) {
                return List.of();
            }
            var taken = new ArrayList<Promise<Void>>();
            while (!queue.isEmpty() && such.test(queue.element())) {
                taken.add(queue.remove().promise);
            }
            return taken;
        }
    }
}
