package io.perennial.internal.engine;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A task on its way to an executor of the user's, which may reject it, throw anything, or run it on the spot. There it
 * is refused: whoever hands over is a thread of the session's that must not run users' code.
 */
final class HandOver implements Runnable {
    private final Runnable task;
    private final Thread from;
    /** Of the thread {@code from} only, as the next. */
    private boolean handingOver = true;

    private boolean onTheSpot;

    private HandOver(Runnable task, Thread from) {
        this.task = task;
        this.from = from;
    }

    /** What became of it. */
    enum Result {
        ACCEPTED,
        ON_THE_SPOT,
        REJECTED
    }

    /**
     * What became of it.
     *
     * @param result what
     * @param thrown what the executor threw, if it rejected it
     */
    record Outcome(Result result, @Nullable Throwable thrown) {}

    static Outcome to(Executor executor, Runnable task) {
        var handOver = new HandOver(task, Thread.currentThread());
        Throwable thrown = UserCode.run(() -> executor.execute(handOver));
        handOver.handingOver = false;
        if (handOver.onTheSpot) {
            return new Outcome(Result.ON_THE_SPOT, null);
        }
        return new Outcome(thrown == null ? Result.ACCEPTED : Result.REJECTED, thrown);
    }

    @Override
    public void run() {
        if (Thread.currentThread() == from && handingOver) {
            onTheSpot = true;
        } else {
            task.run();
        }
    }
}
