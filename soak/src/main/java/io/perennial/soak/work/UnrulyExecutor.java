package io.perennial.soak.work;

import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;

/** A user's executor that now and then rejects a task or silently drops it. */
final class UnrulyExecutor implements Executor {
    private static final int PERCENT = 100;

    private final ExecutorService executor;
    private final Churn churn;
    private final Random random;

    UnrulyExecutor(ExecutorService executor, Churn churn, long seed) {
        this.executor = executor;
        this.churn = churn;
        random = new Random(seed);
    }

    @Override
    public void execute(Runnable task) {
        int choice = churn.isWorking() ? random.nextInt(PERCENT * 5) : PERCENT * 5;
        if (choice < 5) {
            throw new RejectedExecutionException("an executor that rejects");
        }
        if (choice >= 6) {
            executor.execute(task);
        }
    }
}
