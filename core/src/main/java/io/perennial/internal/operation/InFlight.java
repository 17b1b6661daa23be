package io.perennial.internal.operation;

import io.perennial.internal.operation.Attempts.Step;
import io.perennial.operation.BackgroundCall.InBackground;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.BackgroundCallback;
import org.apache.curator.framework.api.CuratorEvent;
import org.jspecify.annotations.Nullable;

/**
 * One request in Curator's background, as Curator and the handle know it. Its permission has been acquired, and is
 * accounted for once, by the one method that concludes it.
 *
 * @param <R> what is answered
 * @param <T> what the call returns
 */
final class InFlight<R extends @Nullable Object, T extends @Nullable Object>
        implements InBackground, BackgroundCallback, CallBinding.Bound {
    private final Asking<R, T> asking;
    private final Awaiting<T> run;
    private final long begun = System.nanoTime();
    private volatile boolean refused;

    /**
     * Whose it is.
     *
     * @param <T> what the call returns
     */
    interface Awaiting<T extends @Nullable Object> {
        /** Whether its answer is still awaited. */
        boolean awaits(InFlight<?, T> sent);

        /** On the handle's event thread, where none of the user's code may run: not even a listener of the breaker. */
        void answered(InFlight<?, T> sent, CuratorEvent event);
    }

    InFlight(Asking<R, T> asking, Awaiting<T> run) {
        this.asking = asking;
        this.run = run;
    }

    /** On the calling thread; the answer may come before this returns. */
    void handOver() throws Exception {
        asking.sender().handOver(asking.request(), this);
    }

    /** It could not be handed over. */
    Step<T> conclude(Exception thrown) throws Exception {
        RuntimeException unexpected = asking.sender().notHandedOver(thrown);
        if (unexpected == null) {
            throw thrown;
        }
        return asking.conclusion().of(() -> {
            throw unexpected;
        });
    }

    /** The answer came. */
    Step<T> conclude(CuratorEvent event, long now) throws InterruptedException {
        return asking.conclusion().of(() -> asking.sender().read(asking.request(), this, event, now - begun));
    }

    /** The answer is no longer awaited: the deadline has passed, or the session is closed. */
    Step<T> conclude(boolean closed) throws InterruptedException {
        asking.sender().unanswered(begun);
        return asking.conclusion().of(() -> {
            throw closed ? UnansweredException.closed() : UnansweredException.deadlinePassed(null);
        });
    }

    long begun() {
        return begun;
    }

    boolean wasRefused() {
        return refused;
    }

    @Override
    public BackgroundCallback callback() {
        return this;
    }

    @Override
    public Object context() {
        return this;
    }

    @Override
    public long boundTo() {
        return asking.boundTo();
    }

    @Override
    public boolean isAwaited() {
        return run.awaits(this) && asking.request().maySend();
    }

    @Override
    public void refused() {
        refused = true;
    }

    @Override
    public void processResult(CuratorFramework client, CuratorEvent event) {
        run.answered(this, event);
    }
}
