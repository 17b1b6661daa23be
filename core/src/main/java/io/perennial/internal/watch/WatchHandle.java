package io.perennial.internal.watch;

import io.perennial.ResilientSessionException;
import io.perennial.WithdrawnException;
import io.perennial.internal.engine.Promise;
import io.perennial.watch.Watch;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** The application's hold on one watch. The armed flag is written on the loop only; the rest is thread-safe. */
final class WatchHandle implements Watch {
    private final String path;
    private final ArmedCount armedCount;
    private final Consumer<WatchHandle> onClose;
    private final Promise<Watch> firstArmed;
    private final AtomicBoolean closed = new AtomicBoolean();

    private volatile boolean armed;

    WatchHandle(String path, ArmedCount armedCount, Executor completions, Consumer<WatchHandle> onClose) {
        this.path = path;
        this.armedCount = armedCount;
        this.firstArmed = new Promise<>(completions);
        this.onClose = onClose;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public boolean isArmed() {
        return armed && armedCount.isAttached() && !isClosed();
    }

    @Override
    public CompletableFuture<Watch> whenArmed() {
        return firstArmed.future();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            onClose.accept(this);
        }
    }

    boolean isClosed() {
        return closed.get();
    }

    /** On the loop: the server's watch is armed, and what was read with it has been handed over. */
    void armed() {
        setArmed(true);
        firstArmed.complete(this);
    }

    /** On the loop. */
    void unarmed() {
        setArmed(false);
    }

    /** On the loop: it will not be armed, or not soon. */
    void failed(ResilientSessionException reason) {
        setArmed(false);
        firstArmed.fail(reason);
    }

    /** On the loop, after {@link #close()}. */
    void ended() {
        setArmed(false);
        if (!firstArmed.isDone()) {
            failed(new WithdrawnException("the watch on " + path + " was closed before it was armed"));
        }
    }

    private void setArmed(boolean now) {
        if (armed != now) {
            armed = now;
            armedCount.add(now ? 1 : -1);
        }
    }
}
