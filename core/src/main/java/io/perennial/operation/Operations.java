package io.perennial.operation;

import io.perennial.internal.engine.Arguments;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.zookeeper.CreateMode;
import org.jspecify.annotations.Nullable;

/** The everyday calls of an application, with their failures sorted by what they mean. Thread-safe. */
public interface Operations {
    /**
     * Makes a call on the calling thread. Blocks until it has an outcome or the deadline has passed. READ and
     * IDEMPOTENT calls are repeated on connection loss, and after an expiry once the new session is there; ONCE calls
     * only while it is certain that they were not applied.
     *
     * @param <T> what it returns
     * @param effect what repeating the call would do
     * @param call the call
     * @return its result
     * @throws SessionUnavailableException when there was no usable session within the deadline; nothing was applied,
     *     except possibly by an earlier attempt of an IDEMPOTENT call
     * @throws SessionReplacedException when bound to a generation that is gone
     * @throws SessionClosedException when the session is closed
     * @throws OutcomeUnknownException when a ONCE call may have been applied and its acknowledgement was lost
     * @throws OperationFailedException when the server answered with an error
     */
    <T extends @Nullable Object> T call(Effect effect, CuratorCall<T> call);

    /**
     * {@link #call} for a call without a result.
     *
     * @param effect what repeating the call would do
     * @param action the call
     * @throws SessionUnavailableException when no usable session was there within the deadline; nothing was applied,
     *     except possibly by an earlier attempt of an IDEMPOTENT call
     * @throws SessionReplacedException when bound to a generation that is gone
     * @throws SessionClosedException when the session is closed
     * @throws OutcomeUnknownException when a ONCE call may have been applied and its acknowledgement was lost
     * @throws OperationFailedException when the server answered with an error
     */
    default void run(Effect effect, CuratorAction action) {
        Arguments.notNull("action", action, "give what is to be called");
        call(effect, curator -> {
            action.run(curator);
            return effect; // Any result: it is dropped.
        });
    }

    /**
     * {@link #call} on a thread of the session; the calling thread is not blocked. The future completes on the
     * builder's {@code futureExecutor}: its dependents hold up neither calls nor other futures.
     *
     * @param <T> what it returns
     * @param effect what repeating the call would do
     * @param call the call
     * @return completes with the result, or exceptionally with what {@link #call} would throw
     */
    <T extends @Nullable Object> CompletableFuture<T> callAsync(Effect effect, CuratorCall<T> call);

    /**
     * Hands a call to Curator's background: no thread waits for its answer, and any number may be under way. Repeated
     * by its effect as {@link #call} is. The calling thread is not blocked, except by a rate limiter or a bulkhead. The
     * future does not complete on ZooKeeper's event thread but as that of {@link #callAsync} does: its dependents may
     * block, and may wait for other futures of the session.
     *
     * @param effect what repeating the call would do
     * @param call hands over one operation, and passes on the callback and the context that it is given
     * @return completes with Curator's event, whose result code is OK, or exceptionally with what {@link #call} would
     *     throw
     * @throws IllegalStateException when a user-supplied {@code ZookeeperFactory} makes the session's handles
     */
    CompletableFuture<CuratorEvent> callInBackground(Effect effect, BackgroundCall call);

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

    /**
     * Operations whose {@linkplain #transaction writes} are applied only if the fence still holds, which the server
     * checks in the same transaction. A write that it stops is {@code NOT_APPLIED} with {@code BADVERSION} or {@code
     * NONODE}. {@link #call} is not affected.
     *
     * @param fence what must hold
     * @return fenced operations; fences added before must hold too
     */
    Operations fencedBy(Fence fence);

    /**
     * Operations whose {@linkplain #transaction writes} leave a witness: an ephemeral node with a unique name, made in
     * the same transaction and removed when the outcome is known. After a lost acknowledgement it shows whether the
     * write was applied, whatever other clients do to the same nodes; the proof is lost only if the session is lost
     * meanwhile. Costs a create and, later, a delete for each write.
     *
     * @param parent an existing persistent node, in which this session may create and delete
     * @return operations with a witness
     */
    Operations witnessedBelow(String parent);

    /**
     * Applies some writes, all or none, at most once, and finds out whether they were applied. Blocks until that is
     * known or the deadline has passed.
     *
     * <p>When the acknowledgement is lost, the library waits for the session, makes the server catch up with what a
     * quorum has agreed upon (by a transaction that changes nothing), and looks at the nodes. A write that was
     * certainly not applied is sent again, within the deadline. What can be found out:
     *
     * <table>
     * <caption>After a lost acknowledgement</caption>
     * <tr><th>write</th><th>applied, for certain</th><th>not applied, for certain</th><th>unknown</th></tr>
     * <tr><td>create, ephemeral</td><td>the node is owned by the session that asked for it</td><td>the node is older
     * than the request; or it does not exist, and its parent has had no child made or removed since the
     * request</td><td> another session's node is there, or none and siblings have changed: the node may have come and
     * gone</td></tr>
     * <tr><td>create, sequential</td><td>a child with the random id in its name is there</td><td>the parent has had no
     * child made or removed since the request</td><td>no such child, and siblings have changed: another client may have
     * removed it</td></tr>
     * <tr><td>create, persistent</td><td></td><td>as for an ephemeral one</td><td>a younger node is there: ZooKeeper
     * does not record who made it. It {@linkplain WriteOutcome#matches() matches} if it has these data in its first
     * version</td>
     * </tr>
     * <tr><td>setData</td><td></td><td>the node has not been modified since; or a version was asked for and the node
     * never got beyond it, or the next version has other data</td><td>the next version has these data: it matches, but
     * another client may have written the same; or later versions hide which write followed the one asked for</td></tr>
     * <tr><td>delete</td><td></td><td>the node is there and older than the request; or its parent has had no child made
     * or removed since</td><td>it is gone (that matches): ZooKeeper does not record who removed it; or it was made
     * anew</td></tr>
     * </table>
     *
     * <p>"Since the request" compares transaction ids ({@code czxid}, {@code mzxid}, {@code pzxid}) with the last one
     * that this client had seen when it sent the request. With local sessions ({@code localSessionsEnabled}) a server
     * may still forward the request of a session that is gone; use {@link #witnessedBelow} there, whose witness needs a
     * global session. Nor is there a proof against a server that stands still with the request unread while the session
     * writes elsewhere, and goes on just when the session comes back to it: for as long as that server was away, the
     * request may still be applied.
     *
     * <p>Data are written as they are given. The Curator builder's compression applies only to {@link #call} and {@code
     * curator()}.
     *
     * <p>Reading right before writing leaves the least in doubt. Two writes of the same ephemeral node that one session
     * has under way at once cannot be told apart. A transaction is all or nothing, so what any of its writes proves
     * holds for all; {@link #witnessedBelow} adds one that proves it in nearly every case.
     *
     * @param writes one or more, applied in order
     * @return what became of them; a refusal by the server ({@code NODEEXISTS}, {@code BADVERSION}, ...) is an outcome,
     *     not an exception
     * @throws SessionUnavailableException when there was no usable session within the deadline; nothing was applied
     * @throws SessionReplacedException when bound to a generation that is gone; nothing was applied
     * @throws SessionClosedException when the session is closed; nothing was applied
     */
    WriteOutcome transaction(Write... writes);

    /**
     * The same without blocking the calling thread. No thread waits for the answer, and any number may be under way, as
     * far as a bulkhead lets them; only when the acknowledgement is lost, a thread of the session finds out what became
     * of the writes.
     *
     * @param writes one or more, applied in order
     * @return completes with the outcome, or exceptionally with what {@link #transaction} would throw
     */
    CompletableFuture<WriteOutcome> transactionAsync(Write... writes);

    /**
     * Makes one node, see {@link #transaction}.
     *
     * @param path an absolute path; its parent must exist
     * @param data its data
     * @param mode what kind of node
     * @return what became of it
     */
    default WriteOutcome create(String path, byte[] data, CreateMode mode) {
        return transaction(Write.create(path, data, mode));
    }

    /**
     * Replaces one node's data, see {@link #transaction}.
     *
     * @param path an absolute path
     * @param data its new data
     * @param version the version that it must have, or {@link Write#ANY_VERSION}
     * @return what became of it
     */
    default WriteOutcome setData(String path, byte[] data, int version) {
        return transaction(Write.setData(path, data, version));
    }

    /**
     * Removes one node without children, see {@link #transaction}.
     *
     * @param path an absolute path
     * @param version the version that it must have, or {@link Write#ANY_VERSION}
     * @return what became of it
     */
    default WriteOutcome delete(String path, int version) {
        return transaction(Write.delete(path, version));
    }

    /**
     * The Resilience4j instances that calls go through.
     *
     * @return the instances, including those passed to the session's builder
     */
    Resilience resilience();
}
