package io.perennial.internal.engine;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A task on its way to the user's executor, which may reject it, throw anything, or run it inline. Inline it is
 * refused: the thread that hands it over is one of the session's that must not run user code.
 */
final class HandOver implements Runnable {
    private final Runnable task;
    private final Thread from;
    /** Used by the thread {@code from} only, like the next field. */
    private boolean handingOver = true;

    private boolean onTheSpot;

    private HandOver(Runnable task, Thread from) {
        this.task = task;
        this.from = from;
    }

    /** How the hand-over ended. */
    enum Result {
        ACCEPTED,
        ON_THE_SPOT,
        REJECTED
    }

    /**
     * How the hand-over ended.
     *
     * @param result how it ended
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
