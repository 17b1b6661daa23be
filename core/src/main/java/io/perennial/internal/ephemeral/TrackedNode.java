package io.perennial.internal.ephemeral;

import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.internal.engine.Arguments;
import io.perennial.internal.engine.EventLoop;
import io.perennial.internal.engine.Promise;
import io.perennial.internal.engine.Uninterrupted;
import io.perennial.internal.restore.RestoreContext;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A registered node: what the user sees of it, from any thread, and, in parts confined to the event loop, what the loop
 * knows of it and does about it. Its volatile fields are written under the ledger's lock and read without.
 *
 * <p>Three things about a node are independent of each other. What is known of it ({@link #state}), and how fresh that
 * is, changes with every answer and every watch that fires, whatever is being done about it meanwhile. What is being
 * done ({@link #activity}) is one thing at a time. And its watch ({@link #watch}) is requested in the background, also
 * for a node that is busy again.
 */
final class TrackedNode implements EphemeralNode {
    /** What the user sees: replaced as a whole. */
    record View(Status status, String path, @Nullable String problem) {}

    /** The path below the chroot; for a sequential node without protection and number. */
    final String serverPath;

    final NodeAcls acls;
    /** Without the chroot, see {@link ServerLimits}. */
    final int pathBytes;

    final Promise<EphemeralNode> held;
    final Promise<Void> gone;
    final PendingUpdates updates;
    final NodeState state = new NodeState();
    final FailureCounts failures = new FailureCounts();
    final NodeActivity activity = new NodeActivity();
    final NodeWatch watch = new NodeWatch();

    private final NodeLedger ledger;
    private final EventLoop loop;
    private final Duration closeTimeout;

    volatile EphemeralSpec spec;
    volatile View view;
    /** Where a sequential one was found last, below the chroot; written by the loop, read by any thread. */
    volatile @Nullable String numberedPath;
    /** Counts updates; guarded by the ledger's lock. */
    long revision;
    /** The loop may have sent it; guarded by the ledger's lock. */
    boolean touched;
    /** Its path counts among those that the server must list to close the session; guarded by the ledger's lock. */
    boolean counted = true;
    /** It waits in the ledger's inbox; guarded by the ledger's lock. */
    boolean inInbox;

    TrackedNode(
            EphemeralSpec spec,
            String serverPath,
            NodeAcls acls,
            int pathBytes,
            NodeLedger ledger,
            RestoreContext ctx) {
        this.spec = spec;
        this.serverPath = serverPath;
        this.acls = acls;
        this.pathBytes = pathBytes;
        this.ledger = ledger;
        this.loop = ctx.loop();
        this.closeTimeout = ctx.closeTimeout();
        this.held = new Promise<>(ctx.completions());
        this.gone = new Promise<>(ctx.completions());
        this.updates = new PendingUpdates(ctx.completions());
        this.view = new View(Status.PENDING, spec.path(), null);
    }

    boolean isSequential() {
        return spec.sequential();
    }

    boolean isReleased() {
        return view.status == Status.RELEASED;
    }

    /** Where it exists on the server, or is to exist; null while a sequential node's number is not known. */
    @Nullable
    String actualServerPath() {
        return isSequential() ? state.sequentialPath() : serverPath;
    }

    /** The connection is gone: no more answers come, and the next one must check what is known. */
    void detached() {
        activity.end();
        state.markOutdated();
        watch.notOnItsWay();
    }

    /** The server session is gone. */
    void forgetSession() {
        state.forget();
        failures.forget();
        activity.stopWaiting();
        watch.disarmed();
    }

    @Override
    public EphemeralSpec spec() {
        return spec;
    }

    @Override
    public String path() {
        return view.path;
    }

    @Override
    public Status status() {
        return view.status;
    }

    @Override
    public @Nullable String problem() {
        return view.problem;
    }

    @Override
    public CompletableFuture<EphemeralNode> whenHeld() {
        return held.future();
    }

    @Override
    public CompletableFuture<Void> update(byte[] data) {
        Arguments.notNull("data", data, "give an empty array for none");
        return ledger.update(this, data);
    }

    @Override
    public CompletableFuture<Void> release() {
        ledger.release(this);
        return gone.future();
    }

    @Override
    public void close() {
        ledger.release(this);
        if (loop.inLoop()) {
            return;
        }
        // Not the future that users see: that one may be queued behind the very thread that is calling. What is not
        // deleted in time is deleted later, or goes with the session.
        Uninterrupted.await(gone.outcome(), closeTimeout);
    }

    @Override
    public String toString() {
        View now = view;
        return "EphemeralNode[path=" + now.path + ", status=" + now.status + "]";
    }
}
