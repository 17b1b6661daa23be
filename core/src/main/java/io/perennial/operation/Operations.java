package io.perennial.operation;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The everyday calls of an application, with their failures sorted by what they mean. Thread-safe. */
public interface Operations {
    /**
     * Makes a call on the calling thread. Blocks until it has an outcome or the deadline has passed. READ and IDEMPOTENT
     * calls are repeated on connection loss, and after an expiry once the new session is there; ONCE calls only while it
     * is certain that they were not applied.
     *
     * @param <T> what it returns
     * @param effect what repeating the call would do
     * @param call the call
     * @return its result
     * @throws SessionUnavailableException when no usable session was there within the deadline; nothing was applied
     * @throws SessionReplacedException when bound to a generation that is gone
     * @throws SessionClosedException when the session is closed
     * @throws OutcomeUnknownException when a ONCE call may have been applied and its acknowledgement was lost
     * @throws OperationFailedException when the server answered with an error
     */
    <T extends @Nullable Object> T call(Effect effect, CuratorCall<T> call);

    /**
     * The same on a thread of the session's own; the calling thread is not blocked.
     *
     * @param <T> what it returns
     * @param effect what repeating the call would do
     * @param call the call
     * @return completes with the result, or exceptionally with what {@link #call} would throw
     */
    <T extends @Nullable Object> CompletableFuture<T> callAsync(Effect effect, CuratorCall<T> call);

    /**
     * Operations that run in one server session only, and are refused once it is gone.
     *
     * @param generation the generation, from {@link io.perennial.Lease#generation()} or
     *     {@link io.perennial.SessionInfo#generation()}
     * @return bound operations
     */
    Operations inGeneration(long generation);

    /**
     * Operations with another deadline than the session's {@code operationTimeout}.
     *
     * @param timeout for the whole call with its retries; positive
     * @return operations with that deadline
     */
    Operations within(Duration timeout);
}
