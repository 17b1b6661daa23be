package io.perennial.ephemeral;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One registered ephemeral node. Thread-safe. Futures complete on the builder's {@code futureExecutor}. */
public interface EphemeralNode extends AutoCloseable {
    /** A node's status. */
    enum Status {
        /**
         * Wanted, but not on the server as far as is known: no session, or not yet created. Followed by any other; a
         * node also stays in this status when the whole session is closed.
         */
        PENDING,
        /** On the server, owned by the current session (also in {@code SUSPENDED}, where the server may hold it). */
        HELD,
        /**
         * Another session's node, or a persistent one, is at the path; waited for, or given up, by the spec's policy.
         */
        CONFLICT,
        /** The server refuses; retried with back-off. {@link #problem()} says why. */
        FAILED,
        /** Released; final. */
        RELEASED
    }

    /**
     * What was registered, with the data of the latest {@link #update}.
     *
     * @return the spec
     */
    EphemeralSpec spec();

    /**
     * The actual path. That of a sequential node changes with each server session.
     *
     * @return the path as the server made it, below the session's namespace; the spec's path while a sequential node is
     *     not created
     */
    String path();

    /**
     * The node's current status.
     *
     * @return the status
     */
    Status status();

    /**
     * Why the node is not held, if something prevents it.
     *
     * @return one sentence in status {@code CONFLICT} or {@code FAILED}, and in {@code HELD} while the server refuses
     *     the latest data; else null
     */
    @Nullable
    String problem();

    /**
     * Completes at the first {@code HELD}. To check from time to time, use {@link #status()}: futures that have not
     * completed pile up.
     *
     * @return completes with this node; exceptionally with {@link io.perennial.operation.OperationFailedException} when
     *     the server refuses it, or when a node that this session does not own is there and the policy is {@code FAIL};
     *     with {@link io.perennial.operation.SessionClosedException} when the session closes or the node is released
     *     before that. A node whose future failed is still retried, unless its policy gave it up: see its status. Each
     *     call returns a separate future: a timeout on it or its cancellation affects no other caller
     */
    CompletableFuture<EphemeralNode> whenHeld();

    /**
     * Changes the node's data. They are remembered at once, written when connected, and used when later sessions create
     * the node. Of several updates made while disconnected, the last one gets written.
     *
     * @param data the new data, copied
     * @return completes when the server has these data or later ones; exceptionally as {@link #whenHeld()}, except that
     *     the refusal of earlier data does not affect it. Updates that go to the server in one write share one future:
     *     put a timeout on a {@code copy()} of it, not on the future itself
     * @throws IllegalArgumentException when the data are larger than one packet may be; the node keeps the old ones
     * @throws io.perennial.operation.SessionClosedException when the session is closed or the node released
     */
    CompletableFuture<Void> update(byte[] data);

    /**
     * Withdraws the node: from this call on it is no longer created, and it is deleted if the session holds it.
     *
     * @return completes when the node is known to be no longer on the server for this session, or when its path was
     *     registered again and the new registration has taken over the existing node: that gets the new data, or is
     *     replaced if it cannot. Each call returns a separate future
     */
    CompletableFuture<Void> release();

    /** Releases the node, and waits for that up to the session's {@code closeTimeout}. */
    @Override
    void close();
}
