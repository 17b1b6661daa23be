package io.perennial.internal.watch;

import io.perennial.internal.engine.Callbacks;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Hands one listener what was read, only the newest: while the listener is busy, states replace each other, so a
 * listener that blocks for an hour costs one state and then hears of the newest (S-36).
 *
 * <p>Concurrency: the loop offers, the callback thread notifies; they share {@code pending} and nothing else. There is
 * a callback in the queue exactly while something is pending.
 */
abstract class Delivery<S extends WatchedSnapshot> {
    private final WatchHandle watch;
    private final Callbacks callbacks;
    private final AtomicReference<@Nullable Offer<S>> pending = new AtomicReference<>();

    /** Confined to the loop. */
    private boolean offered;
    /** Confined to callbacks: what was last reported to the listener. */
    private @Nullable Version reported;

    private record Offer<S>(S state, boolean whileAway, long generation) {}

    Delivery(WatchHandle watch, Callbacks callbacks) {
        this.watch = watch;
        this.callbacks = callbacks;
    }

    WatchHandle watch() {
        return watch;
    }

    /** Whether the listener has been given its initial state. */
    boolean hasBeenOffered() {
        return offered;
    }

    void offer(S state, boolean whileAway, long generation) {
        offered = true;
        Offer<S> earlier =
                pending.getAndUpdate(p -> new Offer<>(state, whileAway || (p != null && p.whileAway), generation));
        if (earlier == null) {
            callbacks.submit("watch listener", this::deliver);
        }
    }

    private void deliver() {
        Offer<S> offer = pending.getAndSet(null);
        if (offer == null || watch.isClosed() || offer.state.version().equals(reported)) {
            return;
        }
        boolean initial = reported == null;
        reported = offer.state.version();
        report(offer.state, offer.whileAway && !initial, offer.generation);
    }

    /** Calls the listener. */
    abstract void report(S state, boolean whileAway, long generation);
}
