package io.perennial.internal.operation;

import io.perennial.operation.BackgroundCall;
import io.perennial.operation.CuratorCall;
import io.perennial.operation.Effect;
import io.perennial.operation.Fence;
import io.perennial.operation.Operations;
import io.perennial.operation.Resilience;
import io.perennial.operation.Write;
import io.perennial.operation.WriteOutcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.curator.framework.api.CuratorEvent;

/**
 * Operations whose writes go the asynchronous way, and are waited for here: what holds for {@code transaction} must
 * hold for {@code transactionAsync}.
 */
record AsynchronousWrites(Operations operations) implements Operations {
    @Override
    public WriteOutcome transaction(Write... writes) {
        try {
            return operations.transactionAsync(writes).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    @Override
    public CompletableFuture<WriteOutcome> transactionAsync(Write... writes) {
        return operations.transactionAsync(writes);
    }

    @Override
    public <T> T call(Effect effect, CuratorCall<T> call) {
        return operations.call(effect, call);
    }

    @Override
    public <T> CompletableFuture<T> callAsync(Effect effect, CuratorCall<T> call) {
        return operations.callAsync(effect, call);
    }

    @Override
    public CompletableFuture<CuratorEvent> callInBackground(Effect effect, BackgroundCall call) {
        return operations.callInBackground(effect, call);
    }

    @Override
    public Operations inGeneration(long generation) {
        return new AsynchronousWrites(operations.inGeneration(generation));
    }

    @Override
    public Operations within(Duration timeout) {
        return new AsynchronousWrites(operations.within(timeout));
    }

    @Override
    public Operations fencedBy(Fence fence) {
        return new AsynchronousWrites(operations.fencedBy(fence));
    }

    @Override
    public Operations witnessedBelow(String parent) {
        return new AsynchronousWrites(operations.witnessedBelow(parent));
    }

    @Override
    public Resilience resilience() {
        return operations.resilience();
    }
}
