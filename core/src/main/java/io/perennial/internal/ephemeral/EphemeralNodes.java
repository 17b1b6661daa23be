package io.perennial.internal.ephemeral;

import io.perennial.ResilientSessionException;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.ephemeral.Ephemerals;
import io.perennial.internal.engine.Arguments;
import io.perennial.internal.restore.AttachedSession;
import io.perennial.internal.restore.Attachment;
import io.perennial.internal.restore.Restorable;
import io.perennial.internal.restore.RestoreContext;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * A session's ephemeral nodes. Internal to the library: applications get it as {@link Ephemerals} from
 * {@link io.perennial.ResilientSession#ephemerals()}.
 */
public final class EphemeralNodes implements Ephemerals, Restorable {
    private final RestoreContext context;
    private final NodeLedger ledger;
    private final Reconciler reconciler;

    /**
     * Makes the nodes of one session; none yet.
     *
     * @param context what they may use
     */
    public EphemeralNodes(RestoreContext context) {
        this(context, () -> ThreadLocalRandom.current().nextLong());
    }

    /** With a given source of random delays. */
    EphemeralNodes(RestoreContext context, RandomGenerator random) {
        this.context = context;
        this.reconciler = new Reconciler(context, random);
        this.ledger = reconciler.ledger();
    }

    @Override
    public EphemeralNode register(String path, byte[] data) {
        if (path == null) {
            throw new IllegalArgumentException("path is null; give an absolute path such as /workers/a");
        }
        return register(EphemeralSpec.at(path).data(data));
    }

    @Override
    public EphemeralNode register(EphemeralSpec spec) {
        return ledger.register(Arguments.notNull("spec", spec, "give EphemeralSpec.at(path)"));
    }

    /**
     * Whether the application wants a node at a path, below the chroot, that exists or is to exist in this server
     * session; other nodes in the session were made by other code, such as Curator's recipes. To be requested and used
     * on the event loop.
     *
     * @return answers for sequential nodes as of now, for all others as of when it is asked
     */
    public Predicate<String> wantedPaths() {
        return ledger.wantedPaths();
    }

    /**
     * Whether a server can list all of the session's nodes in one answer; a longer one makes the client drop the
     * connection.
     *
     * @return whether it can, as far as they are registered here
     */
    public boolean fitIntoOneAnswer() {
        return Verification.isPossible(context, ledger);
    }

    @Override
    public List<EphemeralNode> nodes() {
        return ledger.nodes();
    }

    @Override
    public void attached(AttachedSession live, Attachment how, Runnable restored) {
        reconciler.attached(live, how, restored);
    }

    @Override
    public void detached() {
        reconciler.detached();
    }

    @Override
    public void lost() {
        reconciler.lost();
    }

    @Override
    public void closed(ResilientSessionException reason) {
        for (TrackedNode node : ledger.close(reason)) {
            node.held.fail(reason);
            node.updates.failAll(reason);
        }
        reconciler.closed();
    }

    @Override
    public int wanted() {
        return ledger.wanted();
    }

    @Override
    public int standing() {
        return ledger.held();
    }

    @Override
    public List<String> problems() {
        return ledger.problems();
    }
}
