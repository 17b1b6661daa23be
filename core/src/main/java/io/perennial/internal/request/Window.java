package io.perennial.internal.request;

import java.util.ArrayDeque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait in order, with a common bound on how many may be in flight. A server that has no time halves the
 * bound, and each answer raises it by one, up to the limit. Confined to the event loop.
 */
final class Window {
    private final int limit;
    private final ArrayDeque<PendingRequest> queue = new ArrayDeque<>();
    private final ArrayDeque<PendingRequest> repeats = new ArrayDeque<>();
    private int inFlight;
    /** At most the limit. */
    private int allowed;

    private boolean suspended;

    Window(int limit) {
        this.limit = limit;
        this.allowed = limit;
    }

    void add(PendingRequest request) {
        queue.add(request);
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** The request whose turn it is, or null when there is none, or no room for it. */
    @Nullable
    PendingRequest next() {
        return suspended || inFlight >= allowed ? null : queue.peek();
    }

    /** Takes out the request whose turn it is. */
    PendingRequest remove() {
        return queue.remove();
    }

    void removeIf(Predicate<PendingRequest> condition) {
        queue.removeIf(condition);
    }

    /** No request has its turn until {@link #resume}. */
    void suspend() {
        suspended = true;
    }

    void resume() {
        suspended = false;
    }

    /** A request takes room. */
    void sent() {
        inFlight++;
    }

    /** A request frees its room, whatever its outcome. */
    void returned() {
        inFlight--;
    }

    /** The server has answered: it has time. */
    void grow() {
        if (allowed < limit) {
            allowed++;
        }
    }

    /** The server has no time. */
    void shrink() {
        allowed = Math.max(1, allowed / 2);
    }

    /** Keeps a request apart until {@link #takeRepeats}. */
    void repeatLater(PendingRequest request) {
        repeats.add(request);
    }

    /** Those to repeat come before all others, in their order. */
    void takeRepeats() {
        while (!repeats.isEmpty()) {
            queue.addFirst(repeats.removeLast());
        }
    }

    /** Whatever waits for its first turn is dropped. */
    void clear() {
        queue.clear();
    }
}
