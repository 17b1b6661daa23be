package io.perennial.internal.session;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/** An executor of the user's, with one thread, which can be told to reject. */
final class TestExecutor implements Executor, AutoCloseable {
    private final ExecutorService service =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "test-executor"));
    private volatile RuntimeException rejection;

    @Override
    public void execute(Runnable task) {
        RuntimeException reason = rejection;
        if (reason != null) {
            throw reason;
        }
        service.execute(task);
    }

    void reject() {
        reject(new RejectedExecutionException("full"));
    }

    void reject(RuntimeException reason) {
        rejection = reason;
    }

    void accept() {
        rejection = null;
    }

    @Override
    public void close() {
        service.shutdownNow();
    }
}
