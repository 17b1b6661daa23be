package io.perennial.ephemeral;

import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec.OnConflict;
import io.perennial.handle.LiveSession;
import io.perennial.handle.Reply;
import io.perennial.handle.SessionContext;
import io.perennial.operation.OperationFailedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.data.Stat;

/**
 * The work of one attachment: takes each node from step to step until it stands, is forgotten, or must wait. It is
 * restored when every node that was registered at its beginning has come to rest; the guard and the left-overs come
 * after that. Thrown away at the next connection loss. Confined to the event loop, see {@link Reconciler}.
 */
final class Pass {
    private final SessionContext context;
    private final LiveSession live;
    private final Reconciler reconciler;
    private final NodeLedger ledger;
    private final Runnable restored;

    private final Creations creations;
    private final Inspections inspections;
    private final Changes changes;
    private final Guard guard;

    private int members;
    private boolean reported;
    private boolean flushQueued;

    Pass(SessionContext context, LiveSession live, Reconciler reconciler, Watcher watcher, Runnable restored) {
        this.context = context;
        this.live = live;
        this.reconciler = reconciler;
        this.ledger = reconciler.ledger();
        this.restored = restored;
        this.creations = new Creations(this);
        this.inspections = new Inspections(this);
        this.changes = new Changes(this);
        this.guard = new Guard(this, watcher);
    }

    SessionContext context() {
        return context;
    }

    LiveSession live() {
        return live;
    }

    NodeLedger ledger() {
        return ledger;
    }

    Reconciler reconciler() {
        return reconciler;
    }

    /**
     * Takes up all nodes. Those that a resumed session should hold are in doubt until they are verified: by one request,
     * if its answer may be so long.
     */
    void begin(Collection<TrackedNode> nodes, boolean resumed) {
        boolean byList = Verification.isPossible(context, ledger);
        var verification = new Verification(this);
        for (TrackedNode node : new ArrayList<>(nodes)) {
            NodeState state = node.state;
            boolean verify = resumed && state.knowledge == Knowledge.OURS;
            if (verify) {
                state.knowledge = Knowledge.IN_DOUBT;
                state.waiting = false;
            } else if (state.armed == null && ledger.nextStep(node) == Step.WRITE) {
                state.knowledge = Knowledge.IN_DOUBT; // no watch told whether it is still the same node
            }
            if (node.isReleased() || !state.waiting) {
                join(node);
                if (verify && byList) {
                    verification.add(busy(node));
                }
                advance(node);
            }
        }
        verification.begin();
        flush();
    }

    private void join(TrackedNode node) {
        node.state.memberOf = this;
        members++;
    }

    /** The node has come to rest. */
    void settle(TrackedNode node) {
        if (node.state.memberOf == this) {
            node.state.memberOf = null;
            members--;
            flushLater();
        }
    }

    /** The node is forgotten. */
    void removed(TrackedNode node) {
        guard.disarm(node);
        settle(node);
    }

    /** Does the next step, unless one is under way. */
    void advance(TrackedNode node) {
        NodeState state = node.state;
        if (state.busyIn == this || state.parked || (state.waiting && !node.isReleased())) {
            return;
        }
        if (state.knowledge == Knowledge.OURS && !node.isReleased()) {
            showHeld(node);
        }
        switch (ledger.nextStep(node)) {
            case CREATE, REPLACE -> creations.add(busy(node));
            case INSPECT -> inspections.add(busy(node));
            case WRITE -> changes.write(busy(node));
            case DELETE -> changes.delete(busy(node));
            case HOLD -> hold(node);
            case AWAIT -> await(node);
            case GIVE_UP -> giveUp(node);
            case FORGET -> reconciler.remove(node);
        }
        flushLater();
    }

    private TrackedNode busy(TrackedNode node) {
        node.state.busyIn = this;
        return node;
    }

    /** An answer has come and the node's state says what was learned. */
    void learned(TrackedNode node) {
        node.state.busyIn = null;
        advance(node);
    }

    /** Like {@link #learned}, for a caller that is within a step. */
    void learnedLater(TrackedNode node) {
        node.state.busyIn = null;
        boolean unused = context.loop().offer(() -> {
            if (reconciler.isCurrent(this)) {
                advance(node);
            }
        });
    }

    /** The node is at rest no more: something was found out about it. Not restored until it is at rest again. */
    void revisit(TrackedNode node) {
        if (!reported && node.state.memberOf != this) {
            join(node);
        }
        advance(node);
    }

    /** The node at its path was looked at. */
    void examined(TrackedNode node, Reply reply) {
        NodeState state = node.state;
        Stat stat = reply.stat();
        if (stat == null) {
            state.knowledge = Knowledge.ABSENT;
            reconciler.vacate(node);
            ledger.show(node, Status.PENDING, node.spec.path(), null);
            return;
        }
        long owner = stat.getEphemeralOwner();
        state.version = stat.getVersion();
        if (owner == live.sessionId()) {
            state.foundOurs(stat.getVersion());
        } else if (live.wasOurs(owner)) {
            state.knowledge = Knowledge.LEFTOVER;
        } else {
            state.knowledge = Knowledge.FOREIGN;
            state.persistent = owner == 0;
            state.replaceable = state.persistent && stat.getNumChildren() == 0;
            state.readable = true;
            state.obstacle = obstacle(stat);
        }
    }

    /** There is a node at its path that may not be read, and it is not the session's own. */
    void examinedInVain(TrackedNode node) {
        NodeState state = node.state;
        state.knowledge = Knowledge.FOREIGN;
        state.persistent = false;
        state.replaceable = false;
        state.readable = false;
        state.obstacle = "a node that this session has no permission to read";
    }

    private static String obstacle(Stat stat) {
        if (stat.getEphemeralOwner() != 0) {
            return "a node of another owner (0x" + Long.toHexString(stat.getEphemeralOwner()) + ")";
        }
        return stat.getNumChildren() == 0
                ? "a persistent node"
                : "a persistent node with " + stat.getNumChildren() + " children";
    }

    /** The server said no: tried again with back-off (S-22), and the others go on (S-17). */
    void refused(TrackedNode node, Code code, String what) {
        NodeState state = node.state;
        state.busyIn = null;
        if (!Refusal.isDefinite(code)) {
            state.knowledge = Knowledge.IN_DOUBT;
        }
        if (ledger.nextStep(node) == Step.FORGET) {
            reconciler.remove(node);
            return;
        }
        state.refusals++;
        Duration delay = reconciler.retries().later(node, state.refusals);
        String problem = what + " '" + node.spec.path() + "' is refused with " + code + " (attempt " + state.refusals
                + ", the next in " + delay.toMillis() + " ms): " + Refusal.remedy(code);
        boolean stands = state.knowledge == Knowledge.OURS;
        ledger.show(node, stands ? Status.HELD : Status.FAILED, stands ? node.path() : node.spec.path(), problem);
        var failure = new OperationFailedException(problem, KeeperException.create(code, node.spec.path()));
        node.held.fail(failure);
        node.updates.refused(ledger.latestRevision(node), failure);
        context.log().warnThrottled("ephemeral-refused:" + code, problem);
        settle(node);
    }

    private void showHeld(TrackedNode node) {
        String actual = node.actualServerPath();
        String path = actual == null ? node.spec.path() : context.paths().toUser(actual);
        ledger.show(node, Status.HELD, path, null);
        node.state.failedBatches = 0;
        node.state.madeParents = 0;
        node.held.complete(node);
    }

    private void hold(TrackedNode node) {
        node.state.refusals = 0;
        node.updates.written(node.state.written());
        guard.add(node);
        settle(node);
    }

    private void await(TrackedNode node) {
        NodeState state = node.state;
        showConflict(node, "it is created when that is gone");
        if (!state.readable || (state.persistent && node.spec.onConflict() == OnConflict.REPLACE)) {
            // No watch tells that a node's children have gone, and none is armed on what may not be read.
            state.knowledge = Knowledge.IN_DOUBT;
            state.refusals++;
            Duration unused = reconciler.retries().later(node, state.refusals);
        } else {
            guard.add(node);
        }
        settle(node);
    }

    private void giveUp(TrackedNode node) {
        String problem = showConflict(node, "it is tried again in the next server session");
        var cause = KeeperException.create(Code.NODEEXISTS, node.spec.path());
        var failure = new OperationFailedException(problem, cause);
        node.held.fail(failure);
        node.updates.failAll(failure);
        settle(node);
    }

    private String showConflict(TrackedNode node, String outlook) {
        String problem = "node '" + node.spec.path() + "' is not ours: " + node.state.obstacle + " stands there; "
                + outlook + " (onConflict " + node.spec.onConflict() + ")";
        if (!problem.equals(node.problem())) {
            ledger.show(node, Status.CONFLICT, node.spec.path(), problem);
            context.log().warnThrottled("ephemeral-conflict", problem);
        }
        return problem;
    }

    /** Sends what has gathered, when what the loop has already been handed is done: the batches get fuller that way. */
    void flushLater() {
        if (!flushQueued) {
            flushQueued = context.loop().offer(() -> {
                flushQueued = false;
                flush();
            });
        }
    }

    private void flush() {
        if (!reconciler.isCurrent(this)) {
            return;
        }
        inspections.flush();
        creations.flush(inspections.underWay() > 0);
        if (!reported && members == 0) {
            reported = true;
            restored.run();
            guard.begin();
            reconciler.leftovers().sweep(live);
        }
    }
}
