package io.perennial.internal.ephemeral;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.perennial.ResilientSessionException;
import io.perennial.WithdrawnException;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.internal.ephemeral.TrackedNode.View;
import io.perennial.internal.restore.RestoreContext;
import io.perennial.operation.SessionClosedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the application wants, and what it sees.
 *
 * <p>Concurrency: guarded by one lock, which is never held while something waits, sends or runs a user's code. Users'
 * threads change what is wanted and leave the node in the inbox; the event loop empties the inbox, asks what to write
 * by {@link #payload}, and reports the result by {@link #show}. A node that is released before {@code payload} was
 * asked is therefore never sent.
 */
final class NodeLedger {
    private static final int MAX_PROBLEMS = 20;

    private final RestoreContext context;
    private final ServerLimits limits;
    private final Runnable inboxWork;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Set<TrackedNode> registered = new LinkedHashSet<>();

    @GuardedBy("lock")
    private final Set<String> plainPaths = new HashSet<>();

    @GuardedBy("lock")
    private final Set<TrackedNode> troubled = new LinkedHashSet<>();

    @GuardedBy("lock")
    private List<TrackedNode> inbox = new ArrayList<>();

    @GuardedBy("lock")
    private long pathBytes;

    /** How many are released and may still be on the server: their paths count until they are gone (N8). */
    @GuardedBy("lock")
    private int leaving;

    @GuardedBy("lock")
    private int held;

    @GuardedBy("lock")
    private @Nullable ResilientSessionException closed;

    /** The work empties the inbox; it is handed to the loop whenever the inbox is no longer empty. */
    NodeLedger(RestoreContext context, Runnable inboxWork) {
        this.context = context;
        this.limits = new ServerLimits(context);
        this.inboxWork = inboxWork;
    }

    TrackedNode register(EphemeralSpec spec) {
        String serverPath = context.paths().toServer("path", spec.path());
        if (spec.path().length() == 1) {
            throw new IllegalArgumentException(
                    "path is '/', the root, which is always there; give a path below it," + " such as /workers/a");
        }
        int namespaceLength = serverPath.length() - spec.path().length();
        var acls = NodeAcls.of(spec.acl(), serverPath, namespaceLength, context.acls());
        int bytes = limits.pathBytes(serverPath, spec.sequential());
        limits.checkData(spec, spec.dataLength(), bytes, acls.bytes());
        var node = new TrackedNode(spec, serverPath, acls, bytes, this, context);
        synchronized (lock) {
            checkOpen();
            if (!spec.sequential() && isTaken(serverPath)) {
                throw new IllegalArgumentException("path '" + spec.path() + "' is already registered in session '"
                        + context.name() + "': update that node, or release it first");
            }
            limits.checkPaths(spec.path(), bytes, pathBytes, registered.size(), leaving);
            hand(node);
            if (!spec.sequential()) {
                plainPaths.add(serverPath);
            }
            registered.add(node);
            pathBytes += bytes;
        }
        return node;
    }

    /** By a non-sequential node, or by a sequential one that the server has numbered. */
    @GuardedBy("lock")
    private boolean isTaken(String serverPath) {
        return plainPaths.contains(serverPath)
                || (!ProtectedName.idIn(serverPath).isEmpty()
                        && registered.stream().anyMatch(node -> serverPath.equals(node.numberedPath)));
    }

    CompletableFuture<Void> update(TrackedNode node, byte[] data) {
        EphemeralSpec old = node.spec;
        limits.checkData(old, data.length, node.pathBytes, node.acls.bytes());
        EphemeralSpec changed = old.data(data);
        synchronized (lock) {
            checkOpen();
            if (node.isReleased()) {
                throw new WithdrawnException(
                        "node '" + old.path() + "' is released and cannot be updated; register it again");
            }
            hand(node);
            node.spec = changed;
            node.revision++;
            return node.updates.add(node.revision);
        }
    }

    /** Does nothing the second time. */
    void release(TrackedNode node) {
        boolean neverSent;
        synchronized (lock) {
            if (node.isReleased()) {
                return;
            }
            showLocked(node, Status.RELEASED, node.view.path(), null);
            registered.remove(node);
            leaving++;
            if (!node.isSequential()) {
                plainPaths.remove(node.serverPath);
            }
            boolean handed = closed == null && offer(node);
            neverSent = !handed || !node.touched;
        }
        var reason = new WithdrawnException("node '" + node.spec.path() + "' was released");
        node.held.fail(reason);
        node.updates.failAll(reason);
        if (neverSent) {
            gone(node);
        }
    }

    /** A released node is no longer on the server for this session; may be reported twice. */
    void gone(TrackedNode node) {
        synchronized (lock) {
            if (!node.counted) {
                return;
            }
            node.counted = false;
            pathBytes -= node.pathBytes;
            leaving--;
        }
        node.gone.complete(null);
    }

    /** Whether a node that is not sequential is registered at this very path. */
    boolean isRegistered(String serverPath) {
        synchronized (lock) {
            return plainPaths.contains(serverPath);
        }
    }

    List<EphemeralNode> nodes() {
        synchronized (lock) {
            return List.copyOf(registered);
        }
    }

    /** On the event loop. A sequential node is recognised by the id in its name, even before its number is known. */
    Predicate<String> wantedPaths() {
        synchronized (lock) {
            Set<String> ids = registered.stream()
                    .map(node -> node.state.protectionId())
                    .filter(Objects::nonNull)
                    .collect(Collectors.toSet());
            return path -> ids.contains(ProtectedName.idIn(path)) || isPlain(path);
        }
    }

    private boolean isPlain(String serverPath) {
        synchronized (lock) {
            return plainPaths.contains(serverPath);
        }
    }

    int wanted() {
        synchronized (lock) {
            return registered.size();
        }
    }

    int held() {
        synchronized (lock) {
            return held;
        }
    }

    /** How many bytes the answer to a request for all nodes has. */
    long pathBytes() {
        synchronized (lock) {
            return limits.onServer(pathBytes, registered.size() + leaving);
        }
    }

    List<String> problems() {
        synchronized (lock) {
            var problems = new ArrayList<String>();
            for (TrackedNode node : troubled) {
                if (problems.size() == MAX_PROBLEMS) {
                    break;
                }
                problems.add(String.valueOf(node.view.problem()));
            }
            return problems;
        }
    }

    /** Takes what the application touched since the last call, in order. */
    List<TrackedNode> takeInbox() {
        synchronized (lock) {
            List<TrackedNode> taken = inbox;
            inbox = new ArrayList<>();
            taken.forEach(node -> node.inInbox = false);
            return taken;
        }
    }

    /** What to write now, or null when the node is released. From here on it may be on the server. */
    @Nullable
    Payload payload(TrackedNode node) {
        synchronized (lock) {
            if (node.isReleased()) {
                return null;
            }
            node.touched = true;
            node.updates.sending();
            return new Payload(node.spec.data(), node.revision);
        }
    }

    /** The data of that revision, or null when others, or none, are wanted by now. */
    byte @Nullable [] data(TrackedNode node, long revision) {
        synchronized (lock) {
            return node.revision == revision && !node.isReleased() ? node.spec.data() : null;
        }
    }

    /** What to do next about a node. */
    NodeAction nextStep(TrackedNode node) {
        synchronized (lock) {
            NodeState state = node.state;
            boolean upToDate = state.written() == node.revision;
            boolean released = node.isReleased();
            ObservedNode known = released ? state.knownOfReleased() : state.known();
            return NodeAction.next(released, known, upToDate, state.obstacle().replaceable(), node.spec.onConflict());
        }
    }

    /** Shows what became of a node, unless it is released, which is final. */
    void show(TrackedNode node, Status status, String userPath, @Nullable String problem) {
        synchronized (lock) {
            if (!node.isReleased()) {
                showLocked(node, status, userPath, problem);
            }
        }
    }

    /** From now on nothing can be registered. What is wanted remains listed, and is no longer on a server. */
    List<TrackedNode> close(ResilientSessionException reason) {
        synchronized (lock) {
            closed = reason;
            for (TrackedNode node : registered) {
                showLocked(node, Status.PENDING, node.spec.path(), null);
            }
            return List.copyOf(registered);
        }
    }

    @GuardedBy("lock")
    private void showLocked(TrackedNode node, Status status, String userPath, @Nullable String problem) {
        View old = node.view;
        if (old.status() == status && old.path().equals(userPath) && old.problem() == null && problem == null) {
            return;
        }
        held += (status == Status.HELD ? 1 : 0) - (old.status() == Status.HELD ? 1 : 0);
        node.view = new View(status, userPath, problem);
        if (problem == null) {
            troubled.remove(node);
        } else {
            troubled.add(node);
        }
    }

    @GuardedBy("lock")
    private void hand(TrackedNode node) {
        if (!offer(node)) {
            throw new SessionClosedException("session '" + context.name() + "' is closed");
        }
    }

    @GuardedBy("lock")
    private boolean offer(TrackedNode node) {
        if (node.inInbox) {
            return true;
        }
        if (inbox.isEmpty() && !context.loop().offer(inboxWork)) {
            return false;
        }
        node.inInbox = true;
        inbox.add(node);
        return true;
    }

    @GuardedBy("lock")
    private void checkOpen() {
        if (closed != null) {
            throw new SessionClosedException("session '" + context.name() + "' is closed", closed);
        }
    }
}
