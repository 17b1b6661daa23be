package io.perennial.spring;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.perennial.ResilientSession;
import io.perennial.ResilientSessionException;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of one declaration while they are published. Thread-safe; the bean is asked outside the lock, and nothing
 * waits while holding it.
 */
final class Publication {
    private final NodeDeclaration declaration;
    private final ResilientSession session;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final List<EphemeralNode> nodes = new ArrayList<>();

    /** The latest query that was begun. */
    @GuardedBy("lock")
    private long asked;

    /** The latest query whose answer was used. */
    @GuardedBy("lock")
    private long answered;

    /** What that answer changed. */
    @GuardedBy("lock")
    private CompletableFuture<?> changed = CompletableFuture.completedFuture(null);

    @GuardedBy("lock")
    private boolean withdrawn;

    Publication(NodeDeclaration declaration, ResilientSession session) {
        this.declaration = declaration;
        this.session = session;
    }

    ResilientSession session() {
        return session;
    }

    List<EphemeralNode> nodes() {
        synchronized (lock) {
            return List.copyOf(nodes);
        }
    }

    /**
     * Asks the bean and makes the nodes agree with the answer, unless a later query has done so meanwhile.
     *
     * @return completes when the server has what changed of nodes that were there before
     */
    CompletableFuture<?> publish() {
        long question;
        synchronized (lock) {
            question = ++asked;
        }
        List<EphemeralSpec> wanted = declaration.specs().get();
        synchronized (lock) {
            if (!withdrawn && question > answered) {
                changed = agree(wanted);
                answered = question;
            }
            return changed;
        }
    }

    @GuardedBy("lock")
    private CompletableFuture<?> agree(List<EphemeralSpec> wanted) {
        var before = new ArrayList<>(nodes);
        var changes = new ArrayList<CompletableFuture<Void>>();
        nodes.clear();
        for (int i = 0; i < wanted.size(); i++) {
            try {
                nodes.add(agree(take(before, wanted.get(i)), wanted.get(i), changes));
            } catch (Throwable e) {
                nodes.addAll(before);
                throw new ResilientSessionException(
                        declaration.declaredBy() + ": " + wanted.get(i) + " is refused: " + e.getMessage(), e);
            }
        }
        before.forEach(gone -> changes.add(gone.release()));
        return CompletableFuture.allOf(changes.toArray(CompletableFuture[]::new));
    }

    private EphemeralNode agree(
            @Nullable EphemeralNode node, EphemeralSpec wanted, List<CompletableFuture<Void>> changes) {
        if (node == null) {
            return session.ephemerals().register(wanted);
        }
        if (!Arrays.equals(node.spec().data(), wanted.data())) {
            changes.add(node.update(wanted.data()));
        }
        return node;
    }

    private static @Nullable EphemeralNode take(List<EphemeralNode> nodes, EphemeralSpec wanted) {
        for (Iterator<EphemeralNode> all = nodes.iterator(); all.hasNext(); ) {
            EphemeralNode node = all.next();
            if (isFor(wanted, node)) {
                all.remove();
                return node;
            }
        }
        return null;
    }

    /** A node that the application has released is published anew. */
    private static boolean isFor(EphemeralSpec wanted, EphemeralNode node) {
        return node.spec().path().equals(wanted.path())
                && node.spec().sequential() == wanted.sequential()
                && node.status() != EphemeralNode.Status.RELEASED;
    }

    /** Begins to withdraw the nodes; none is published any more. */
    Withdrawal withdraw() {
        synchronized (lock) {
            withdrawn = true;
            return Withdrawal.begin(session, nodes);
        }
    }
}
