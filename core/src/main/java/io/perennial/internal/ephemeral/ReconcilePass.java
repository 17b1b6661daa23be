package io.perennial.internal.ephemeral;

import io.perennial.internal.request.Reply;
import io.perennial.internal.restore.AttachedSession;
import io.perennial.internal.restore.Attachment;
import io.perennial.internal.restore.RestoreContext;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher;

/**
 * The work of one attachment: takes each node from step to step until it exists, is forgotten, or must wait. The pass
 * is restored when every node that was registered at its beginning has come to rest; the watches and the left-overs
 * come after that. Discarded at the next connection loss. Confined to the event loop, see {@link Reconciler}.
 */
final class ReconcilePass implements PassProgress {
    private final ReconcilerParts parts;
    private final RestoreContext context;
    private final NodeLedger ledger;
    private final PathOccupants occupants;
    private final StatusReporter outcomes;
    private final AttachedSession live;
    private final Runnable restored;

    private final Findings findings;
    private final Creations creations;
    private final Inspections inspections;
    private final WritesAndDeletes writes;
    private final DeletionWatches watches;

    private final Unsettled unsettled = new Unsettled();

    private boolean flushQueued;
    private boolean ended;

    ReconcilePass(ReconcilerParts parts, AttachedSession live, Watcher watcher, Runnable restored) {
        this.parts = parts;
        this.context = parts.context();
        this.ledger = parts.ledger();
        this.occupants = parts.occupants();
        this.outcomes = parts.outcomes();
        this.live = live;
        this.restored = restored;
        this.findings = new Findings(live, ledger, occupants);
        this.creations = new Creations(context, live, ledger, occupants, this);
        this.inspections = new Inspections(context, live, ledger, occupants, this);
        this.writes = new WritesAndDeletes(live, ledger, context.log(), this);
        this.watches = new DeletionWatches(context.policy(), live, occupants, watcher, parts.random(), this);
    }

    /** The connection is gone: nothing more is done. */
    void end() {
        ended = true;
    }

    /**
     * Takes up all nodes. On the previous handle their watches are still armed, which proves nothing when the servers
     * have another history: nothing is written until it is known that they have not (N4).
     */
    void begin(Attachment how) {
        if (how == Attachment.RECONNECTED) {
            unsettled.awaitHistory();
            new History(live).check(occupants.nodes(), this::takeUpReconnected, () -> {
                occupants.nodes().forEach(node -> node.state.doubtHistory());
                takeUpReconnected();
            });
        } else {
            takeUp(how);
        }
        flush();
    }

    private void takeUpReconnected() {
        unsettled.historyChecked();
        takeUp(Attachment.RECONNECTED);
        canSendMore();
    }

    /**
     * Those that a resumed session should hold are in doubt until they are verified: by one request, if its answer may
     * be that long.
     */
    private void takeUp(Attachment how) {
        boolean resumed = how == Attachment.RESUMED;
        boolean byList = Verification.isPossible(context, ledger);
        var verification = new Verification(context, live, this);
        for (TrackedNode node : occupants.nodes()) {
            NodeState state = node.state;
            node.failures.rest();
            boolean verify = resumed && state.isOwned();
            if (verify) {
                state.doubt();
                node.activity.stopWaiting();
            }
            if (node.isReleased() || !node.activity.isWaiting()) {
                unsettled.add(node);
                if (verify && byList) {
                    verification.add(busy(node));
                }
                advance(node);
            }
        }
        verification.begin();
    }

    @Override
    public boolean isOutdated(TrackedNode node) {
        NodeAction next = ledger.nextStep(node);
        return node.state.isOutdated(next, watches.wouldReport(node, next));
    }

    @Override
    public void settled(TrackedNode node) {
        node.failures.rest();
        if (unsettled.remove(node)) {
            canSendMore();
        }
    }

    /** The node is forgotten. */
    void removed(TrackedNode node) {
        watches.disarm(node);
        settled(node);
    }

    /** Does the next step, unless one is under way. */
    void advance(TrackedNode node) {
        NodeState state = node.state;
        NodeActivity activity = node.activity;
        if (unsettled.awaitsHistory()
                || activity.isBusy()
                || !activity.isEntered()
                || (activity.isWaiting() && !node.isReleased())) {
            return;
        }
        step(node);
        if (!node.activity.isBusy()) {
            state.markOutdated(); // a node that comes to rest relies on its watch, or is looked at again (N2)
        }
        canSendMore();
    }

    private void step(TrackedNode node) {
        NodeState state = node.state;
        if (isOutdated(node)) {
            state.doubt();
        }
        if (state.isOwned() && !node.isReleased()) {
            outcomes.held(node);
        }
        NodeAction next = ledger.nextStep(node);
        if (next.isWrite() && node.failures.hasLookedTooOften()) {
            refusedData(node, Code.BADVERSION, "changing");
            return;
        }
        switch (next) {
            case CREATE, REPLACE -> creations.add(busy(node));
            case INSPECT -> {
                node.failures.looked();
                inspections.add(busy(node));
            }
            case WRITE -> writes.write(busy(node));
            case DELETE -> writes.delete(busy(node));
            case HOLD -> hold(node);
            case AWAIT -> await(node);
            case GIVE_UP -> giveUp(node);
            case FORGET -> occupants.remove(node);
        }
    }

    private TrackedNode busy(TrackedNode node) {
        node.activity.begin();
        return node;
    }

    @Override
    public void learned(TrackedNode node) {
        node.activity.end();
        node.state.markFresh();
        if (!occupants.handOver(node)) {
            advance(node);
        }
    }

    /**
     * What exists there was seen before it waited (N2). Absence is as good as new, because no creation is under way
     * (N9).
     */
    @Override
    public void again(TrackedNode node) {
        node.activity.end();
        if (node.state.known() == ObservedNode.ABSENT) {
            node.state.markFresh();
        } else {
            node.state.markOutdated();
        }
        if (!occupants.handOver(node)) {
            advance(node);
        }
    }

    @Override
    public void againLater(TrackedNode node) {
        boolean unused = context.loop().offer(() -> {
            if (!ended) {
                again(node);
            }
        });
    }

    /**
     * The node is no longer at rest: something was found out about it. The pass is not restored until it is at rest
     * again, as it is when it waits for its next attempt.
     */
    void revisit(TrackedNode node) {
        node.activity.end();
        if (node.activity.isWaiting()) {
            settled(node);
        } else {
            unsettled.add(node);
        }
        if (!occupants.handOver(node)) {
            advance(node);
        }
    }

    @Override
    public void examined(TrackedNode node, Reply reply) {
        findings.examined(node, reply.stat());
        if (node.state.known() == ObservedNode.ABSENT) {
            unsettled.add(node);
        }
    }

    @Override
    public void takenByOthers(TrackedNode node) {
        findings.takenByOthers(node);
        unsettled.add(node);
    }

    @Override
    public void deletedByOthers(TrackedNode node) {
        parts.deletions().deleted(node);
        node.state.markFresh();
        revisit(node);
    }

    /** Tried again with back-off (S-22), and the others continue (S-17). */
    @Override
    public void refused(TrackedNode node, Code code, String what) {
        refused(node, code, what, PendingUpdates::failAll);
    }

    @Override
    public void refusedData(TrackedNode node, Code code, String what) {
        refused(node, code, what, PendingUpdates::failSent);
    }

    private void refused(TrackedNode node, Code code, String what, BiConsumer<PendingUpdates, Throwable> failUpdates) {
        NodeState state = node.state;
        node.activity.end();
        canSendMore(); // what has waited for this answer
        state.markOutdated(); // a refusal says nothing about what exists there (N2)
        if (!ErrorAdvice.isDefinite(code)) {
            state.doubt();
        }
        if (occupants.handOver(node)) {
            return;
        }
        if (ledger.nextStep(node) == NodeAction.FORGET) {
            occupants.remove(node);
        } else {
            outcomes.refused(node, code, what, waitForNextAttempt(node), failUpdates);
            settled(node);
        }
    }

    private Duration waitForNextAttempt(TrackedNode node) {
        return parts.retries().later(node, node.failures.refused());
    }

    private void hold(TrackedNode node) {
        node.failures.accepted();
        outcomes.upToDate(node);
        watches.add(node);
        settled(node);
    }

    private void await(TrackedNode node) {
        NodeState state = node.state;
        outcomes.conflict(node);
        if (state.obstacle().isReportedByWatch(node.spec.onConflict())) {
            watches.add(node);
        } else {
            state.doubt();
            waitForNextAttempt(node);
        }
        settled(node);
    }

    private void giveUp(TrackedNode node) {
        outcomes.gaveUp(node);
        settled(node);
    }

    /** After what the loop has already been handed: the batches get fuller that way. */
    @Override
    public void canSendMore() {
        if (!flushQueued) {
            flushQueued = context.loop().offer(() -> {
                flushQueued = false;
                flush();
            });
        }
    }

    @Override
    public void later(Duration delay, Runnable task) {
        context.loop().schedule(delay, () -> {
            if (!ended) {
                task.run();
            }
        });
    }

    private void flush() {
        if (ended) {
            return;
        }
        inspections.flush();
        creations.flush(inspections.underWay() > 0);
        if (unsettled.completes()) {
            restored.run();
            watches.begin();
            parts.leftovers().sweep(live, parts.random(), this);
        }
    }
}
