package io.perennial.soak.work;

import io.perennial.operation.OperationFailedException;
import io.perennial.operation.OutcomeUnknownException;
import io.perennial.operation.SessionReplacedException;
import io.perennial.operation.SessionUnavailableException;
import io.perennial.operation.WriteOutcome;
import io.perennial.soak.history.Fact;
import io.perennial.soak.history.Fact.Effect;
import io.perennial.soak.history.Fact.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes writes and records the outcome reported for each. Thread-safe. */
final class Writes {
    private static final int MOST_UNDER_WAY = 12;

    private final Site site;
    private final Semaphore places = new Semaphore(MOST_UNDER_WAY);

    Writes(Site site) {
        this.site = site;
    }

    /** In the calling thread. */
    void make(Effect effect, String payload, Supplier<@Nullable Object> write) {
        long began = System.nanoTime();
        try {
            write(effect, payload, began, write.get(), null);
        } catch (RuntimeException | Error e) {
            write(effect, payload, began, null, e);
        }
    }

    /** Beside it; left out when too many are under way. */
    void begin(Effect effect, String payload, Supplier<? extends CompletableFuture<?>> write) {
        if (!places.tryAcquire()) {
            return;
        }
        Churn.Ticket ticket = site.churn().tryBegin("write " + payload);
        if (ticket == null) {
            places.release();
            return;
        }
        long began = System.nanoTime();
        CompletableFuture<?> future;
        try {
            future = write.get();
        } catch (RuntimeException | Error e) {
            future = CompletableFuture.failedFuture(e);
        }
        var unused = future.whenComplete((result, failure) -> {
            places.release();
            write(effect, payload, began, result, failure);
            ticket.close();
        });
    }

    private void write(
            Effect effect, String payload, long began, @Nullable Object result, @Nullable Throwable failure) {
        Outcome outcome;
        String said;
        if (failure != null) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            outcome = outcome(cause);
            said = String.valueOf(cause);
        } else if (result instanceof WriteOutcome told) {
            outcome = switch (told.kind()) {
                case APPLIED -> Outcome.APPLIED;
                case NOT_APPLIED -> Outcome.NOT_APPLIED;
                case UNKNOWN -> Outcome.UNKNOWN;
            };
            said = told.explanation();
        } else {
            outcome = Outcome.APPLIED;
            said = "done";
        }
        site.history().add(Fact.Kind.WRITE, site.name(), payload, effect, outcome, began, said);
        site.figures().count("writes " + effect + " " + outcome);
    }

    private static Outcome outcome(Throwable cause) {
        if (cause instanceof OutcomeUnknownException) {
            return Outcome.UNKNOWN;
        }
        return cause instanceof SessionUnavailableException
                        || cause instanceof SessionReplacedException
                        || cause instanceof OperationFailedException
                ? Outcome.NOT_APPLIED
                : Outcome.UNKNOWN;
    }
}
