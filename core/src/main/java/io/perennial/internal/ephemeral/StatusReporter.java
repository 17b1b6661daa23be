package io.perennial.internal.ephemeral;

import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.internal.restore.RestoreContext;
import io.perennial.operation.OperationFailedException;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;

/** Shows the application what became of a node, and completes its futures. Confined to the event loop. */
final class StatusReporter {
    private final RestoreContext context;
    private final NodeLedger ledger;

    StatusReporter(RestoreContext context, NodeLedger ledger) {
        this.context = context;
        this.ledger = ledger;
    }

    /** The session owns it, perhaps not with the latest data yet. */
    void held(TrackedNode node) {
        String actual = node.actualServerPath();
        String path = actual == null ? node.spec.path() : context.paths().toUser(actual);
        ledger.show(node, Status.HELD, path, null);
        node.failures.exists();
        node.held.complete(node);
    }

    /** It holds the latest data. */
    void upToDate(TrackedNode node) {
        node.updates.written(node.state.written());
    }

    /**
     * The server refused. A node that exists and may not be changed is held all the same.
     *
     * @param failUpdates notifies those who wait for updates
     */
    void refused(
            TrackedNode node,
            Code code,
            String what,
            Duration untilNextAttempt,
            BiConsumer<PendingUpdates, Throwable> failUpdates) {
        String problem = what + " '" + node.spec.path() + "' is refused with " + code + " (attempt "
                + node.failures.refusals() + ", the next in " + untilNextAttempt.toMillis() + " ms): "
                + ErrorAdvice.remedy(code);
        if (node.state.isOwned()) {
            ledger.show(node, Status.HELD, node.path(), problem);
        } else {
            ledger.show(node, Status.FAILED, node.spec.path(), problem);
        }
        var failure = new OperationFailedException(problem, KeeperException.create(code, node.spec.path()));
        node.held.fail(failure);
        failUpdates.accept(node.updates, failure);
        context.log().warnThrottled("ephemeral-refused:" + code, problem);
    }

    /** Another client's node exists there, and is waited for. */
    void conflict(TrackedNode node) {
        showConflict(node, "it is created when that node is gone");
    }

    /** Another client's node exists there, and is left alone. */
    void gaveUp(TrackedNode node) {
        String problem = showConflict(node, "it is tried again in the next server session");
        var cause = KeeperException.create(Code.NODEEXISTS, node.spec.path());
        var failure = new OperationFailedException(problem, cause);
        node.held.fail(failure);
        node.updates.failAll(failure);
    }

    private String showConflict(TrackedNode node, String outlook) {
        String problem = "node '" + node.spec.path() + "' is not held: its path is taken by "
                + node.state.obstacle().description() + "; " + outlook + " (onConflict "
                + node.spec.onConflict() + ")";
        if (!problem.equals(node.problem())) {
            ledger.show(node, Status.CONFLICT, node.spec.path(), problem);
            context.log().warnThrottled("ephemeral-conflict", problem);
        }
        return problem;
    }

    /** Another client deleted it again and again. */
    void deletedAgain(TrackedNode node, Duration untilNextAttempt) {
        String problem = "node '" + node.spec.path() + "' was deleted by other clients " + node.failures.deletions()
                + " times in a short while; it is created again in " + untilNextAttempt.toMillis()
                + " ms: find out who deletes it";
        ledger.show(node, Status.FAILED, node.spec.path(), problem);
        context.log().warnThrottled("ephemeral-deleted", problem);
    }
}
