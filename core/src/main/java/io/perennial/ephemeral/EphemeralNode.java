package io.perennial.ephemeral;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One registered ephemeral node. Thread-safe. Futures complete on the builder's {@code futureExecutor}. */
public interface EphemeralNode extends AutoCloseable {
    /** Where a node stands. */
    enum Status {
        /**
         * Wanted, not on the server as far as is known: no session, or not yet created. Followed by any other; also
         * where a node stays when the whole session is closed.
         */
        PENDING,
        /** On the server, owned by the session in hand (through {@code SUSPENDED} too, where the server may hold it). */
        HELD,
        /** A node of somebody else's stands at the path; waited for, or given up, by the spec's policy. */
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
     * The actual path. A sequential node's changes with each server session.
     *
     * @return the path as the server made it, below the session's namespace; the spec's path while a sequential node is
     *     not created
     */
    String path();

    /**
     * Where the node stands now.
     *
     * @return the status
     */
    Status status();

    /**
     * Why the node is not held, if something stands in the way.
     *
     * @return one sentence in status {@code CONFLICT} or {@code FAILED}, and in {@code HELD} while the server refuses the
     *     latest data; else null
     */
    @Nullable
    String problem();

    /**
     * Completes at the first {@code HELD}. To look now and then, ask for {@link #status()}: futures without an outcome add
     * up.
     *
     * @return completes with this node; exceptionally with {@link io.perennial.operation.OperationFailedException} when
     *     the server refuses it or a stranger's node stands there and the policy is {@code FAIL}, with
     *     {@link io.perennial.operation.SessionClosedException} when the session closes or the node is released before.
     *     A node whose future failed is still retried, except where its policy gave it up: its status tells. Each call
     *     gives a future of the caller's own: a timeout or a cancellation of it concerns nobody else
     */
    CompletableFuture<EphemeralNode> whenHeld();

    /**
     * Changes the node's data: remembered first, written when connected, and what later sessions create. Of several
     * updates while disconnected the last is written.
     *
     * @param data the new data, copied
     * @return completes when the server has these data or later ones; exceptionally as {@link #whenHeld()}, but that the
     *     refusal of earlier data does not concern it. Updates that
     *     go to the server in one write share one future: give a {@code copy()} of it a timeout, not itself
     * @throws IllegalArgumentException when the data are larger than one packet may be; the node keeps the old ones
     * @throws io.perennial.operation.SessionClosedException when the session is closed or the node released
     */
    CompletableFuture<Void> update(byte[] data);

    /**
     * Withdraws the node: it is not created any more from this call on, and deleted if the session holds it.
     *
     * @return completes when it is known not to be on the server for this session any more, or when its path was
     *     registered again and the new node has taken over what stands there: that is given the new one's data, or
     *     replaced where it cannot be. Each call gives a future of the caller's own
     */
    CompletableFuture<Void> release();

    /** Releases, and waits for it up to the session's {@code closeTimeout}. */
    @Override
    void close();
}
