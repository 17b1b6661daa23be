package io.perennial.spring;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.ephemeral.EphemeralNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/** Nodes of one session that are being withdrawn. */
final class Withdrawal {
    private static final Log LOG = LogFactory.getLog(Withdrawal.class);
    /**
     * For the future to follow when {@link EphemeralNode#close()} has returned, which does not say whether the node is
     * gone: longer than a busy machine needs to run what completes it.
     */
    private static final long GRACE_MILLIS = 2_000;

    private final ResilientSession session;
    private final List<EphemeralNode> nodes;
    private final List<CompletableFuture<Void>> gone;

    private Withdrawal(ResilientSession session, List<EphemeralNode> nodes, List<CompletableFuture<Void>> gone) {
        this.session = session;
        this.nodes = nodes;
        this.gone = gone;
    }

    static Withdrawal begin(ResilientSession session, List<EphemeralNode> nodes) {
        var gone = new ArrayList<CompletableFuture<Void>>();
        nodes.forEach(node -> gone.add(node.release()));
        return new Withdrawal(session, List.copyOf(nodes), gone);
    }

    /**
     * Waits until all have gone, no longer than a session's close timeout, and not for a session that is not connected:
     * its nodes are deleted when it is, or go with it.
     */
    static void await(Collection<Withdrawal> withdrawals) {
        Set<ResilientSession> silent = new HashSet<>();
        for (Withdrawal withdrawal : withdrawals) {
            if (!silent.contains(withdrawal.session) && !withdrawal.await()) {
                silent.add(withdrawal.session);
                LOG.warn("session '" + withdrawal.session.name() + "' ("
                        + withdrawal.session.state()
                        + "): its nodes may still exist; they are deleted when the server answers, or go"
                        + " with the session");
            }
        }
    }

    /** Returns false when the server does not answer. */
    private boolean await() {
        for (int i = 0; i < nodes.size(); i++) {
            if (!gone.get(i).isDone() && (!isConnected() || !await(nodes.get(i), gone.get(i)))) {
                return false;
            }
        }
        return true;
    }

    private boolean isConnected() {
        SessionState state = session.state();
        return state == SessionState.CONNECTED || state == SessionState.RESTORING;
    }

    /** All have been released at once: when the time for one is over, it is over for all. */
    private static boolean await(EphemeralNode node, CompletableFuture<Void> gone) {
        node.close();
        try {
            gone.get(GRACE_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }
}
