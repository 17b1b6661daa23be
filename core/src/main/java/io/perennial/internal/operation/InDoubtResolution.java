package io.perennial.internal.operation;

import io.perennial.operation.Operations;
import io.perennial.operation.Write;
import io.perennial.operation.Write.Create;
import io.perennial.operation.Write.Delete;
import io.perennial.operation.Write.SetData;
import io.perennial.operation.WriteOutcome.Result;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.utils.ZKPaths;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.ConnectionLossException;
import org.apache.zookeeper.KeeperException.NoNodeException;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * Finds out from the state at the server whether a request was applied whose acknowledgement was lost. The rules are
 * those of {@link Operations#transaction}, and what each rests on:
 *
 * <ul>
 *   <li>The request can no longer be under way. A client that is attached again has had its session moved to its new
 *       server, and the old one's requests are refused from then on (SESSIONMOVED); a server that takes a session back
 *       closes its old connection, and what it had read from it comes before the {@link Barrier}; a session that
 *       expired is closed by a transaction, behind which its requests are refused. The barrier also brings the server
 *       up to what a quorum has agreed upon. All this holds for the connection on which it was passed:
 *       {@link WriteAttempts} looks again when the session has moved on.
 *   <li>Transaction ids grow: what the request changed has one above all that this client had seen when it sent.
 *   <li>A parent's {@code pzxid} is the last creation or removal of a child; {@code mzxid} the last change of the data,
 *       {@code czxid} the creation. A version grows by one with each change of the data of one incarnation.
 * </ul>
 */
final class InDoubtResolution {
    /** This many of the parent's latest children are asked for by name, before all are listed. */
    private static final int LATEST = 8;

    private final CuratorFramework curator;
    private final Request request;
    private final long seen;
    private final boolean sameSession;
    private final Map<Create, String> found = new HashMap<>();

    /**
     * What was found.
     *
     * @param verdict for the whole request
     * @param matches whether everything is as the request would have left it
     * @param results of an applied one
     */
    record Finding(Verdict verdict, boolean matches, List<Result> results) {
        static final Finding NOT_APPLIED = new Finding(Verdict.NOT_APPLIED, false, List.of());
    }

    enum Verdict {
        APPLIED,
        NOT_APPLIED,
        CANNOT_TELL
    }

    InDoubtResolution(CuratorFramework curator, Request request, long sessionIdNow) {
        this.curator = curator;
        this.request = request;
        this.seen = request.sentTo().zxid();
        this.sameSession = sessionIdNow == request.sentTo().sessionId();
    }

    /** Looks; some round trips, on the calling thread. */
    static Finding of(CuratorFramework curator, Request request, long sessionIdNow) throws Exception {
        return new InDoubtResolution(curator, request, sessionIdNow).find();
    }

    private Finding find() throws Exception {
        ZooKeeper handle = curator.getZookeeperClient().getZooKeeper();
        Barrier.pass(handle);
        Finding finding = look();
        if (handle != curator.getZookeeperClient().getZooKeeper()) {
            throw new ConnectionLossException(); // Some of it may come from another handle, at a server that is behind.
        }
        return finding;
    }

    /** What can be seen on this handle. */
    Finding look() throws Exception {
        if (request.witness() != null) {
            Verdict verdict = witnessed(request.witness());
            if (verdict != Verdict.CANNOT_TELL) {
                return conclude(verdict);
            }
        }
        for (Write write : request.writes()) {
            Verdict verdict = examine(write);
            if (verdict != Verdict.CANNOT_TELL) {
                return conclude(verdict);
            }
        }
        return new Finding(Verdict.CANNOT_TELL, matches(), List.of());
    }

    /** Whether everything is as the request would have left it. */
    private boolean matches() throws Exception {
        for (ExpectedNode expected : ExpectedNode.of(request.writes())) {
            if (!isMet(expected)) {
                return false;
            }
        }
        return true;
    }

    private boolean isMet(ExpectedNode expected) throws Exception {
        if (expected.data() == null) {
            return expected.isMetBy(stat(expected.path()), null, seen);
        }
        var stat = new Stat();
        try {
            byte[] data = PlainData.getData(curator).storingStatIn(stat).forPath(expected.path());
            return expected.isMetBy(stat, data, seen);
        } catch (NoNodeException e) {
            return expected.isMetBy(null, null, seen);
        }
    }

    private Finding conclude(Verdict verdict) throws Exception {
        if (verdict != Verdict.APPLIED) {
            return Finding.NOT_APPLIED;
        }
        List<Result> results = new ArrayList<>();
        for (Write write : request.writes()) {
            results.add(resultOf(write));
        }
        return new Finding(verdict, true, results);
    }

    /** Its state now; the answer itself is lost. */
    private Result resultOf(Write write) throws Exception {
        try {
            return read(write);
        } catch (KeeperException e) {
            return new Result(known(write), null); // What is known remains known.
        }
    }

    private Result read(Write write) throws Exception {
        if (write instanceof Create create && create.mode().isSequential()) {
            String actual = found.containsKey(create) ? found.get(create) : lookFor(create);
            return new Result(actual, actual == null ? null : stat(actual));
        }
        return write instanceof Create || write instanceof SetData
                ? new Result(write.path(), stat(write.path()))
                : new Result(write.path(), null);
    }

    /** Its actual path, if that is known. */
    private @Nullable String known(Write write) {
        return write instanceof Create create && create.mode().isSequential() ? found.get(create) : write.path();
    }

    /** Nothing else makes or removes a node of that name, except the end of the session. */
    private Verdict witnessed(Create witness) throws Exception {
        if (stat(witness.path()) != null) {
            return Verdict.APPLIED;
        }
        return sameSession ? Verdict.NOT_APPLIED : Verdict.CANNOT_TELL;
    }

    private Verdict examine(Write write) throws Exception {
        if (write instanceof Create create) {
            return create.mode().isSequential() ? sequential(create) : create(create);
        }
        if (write instanceof SetData set) {
            return setData(set);
        }
        return write instanceof Delete delete ? delete(delete) : Verdict.CANNOT_TELL;
    }

    private Verdict create(Create create) throws Exception {
        Stat now = stat(create.path());
        if (now == null) {
            return notIf(siblingsUnchanged(create.path()));
        }
        if (now.getCzxid() <= seen) {
            return Verdict.NOT_APPLIED;
        }
        return create.mode().isEphemeral()
                        && now.getEphemeralOwner() == request.sentTo().sessionId()
                ? Verdict.APPLIED
                : Verdict.CANNOT_TELL;
    }

    /** The list of siblings, which may be too long to be read (C3), is requested last. */
    private Verdict sequential(Create create) throws Exception {
        if (siblingsUnchanged(create.path())) {
            return Verdict.NOT_APPLIED;
        }
        return lookFor(create) == null ? Verdict.CANNOT_TELL : Verdict.APPLIED;
    }

    private Verdict setData(SetData set) throws Exception {
        Stat now = stat(set.path());
        if (now == null) {
            return notIf(siblingsUnchanged(set.path()));
        }
        if (now.getMzxid() <= seen) {
            return Verdict.NOT_APPLIED;
        }
        if (set.version() == Write.ANY_VERSION || now.getCzxid() > seen) {
            return Verdict.CANNOT_TELL; // Made anew: its versions say nothing about the one that was meant.
        }
        if (now.getVersion() <= set.version()) {
            return Verdict.NOT_APPLIED;
        }
        return now.getVersion() > set.version() + 1 ? Verdict.CANNOT_TELL : nextVersion(set);
    }

    private Verdict delete(Delete delete) throws Exception {
        Stat now = stat(delete.path());
        return notIf(now == null ? siblingsUnchanged(delete.path()) : now.getCzxid() <= seen);
    }

    private static Verdict notIf(boolean proof) {
        return proof ? Verdict.NOT_APPLIED : Verdict.CANNOT_TELL;
    }

    /** Neither made nor removed since the request. */
    private boolean siblingsUnchanged(String path) throws Exception {
        Stat parent = stat(ZKPaths.getPathAndNode(path).getPath());
        return parent != null && parent.getPzxid() <= seen;
    }

    private @Nullable Stat stat(String path) throws Exception {
        return curator.checkExists().forPath(path);
    }

    /** The node is at the version after the one asked for, which only one write can have made. */
    private Verdict nextVersion(SetData set) throws Exception {
        var stat = new Stat();
        try {
            byte[] data = PlainData.getData(curator).storingStatIn(stat).forPath(set.path());
            return notIf(stat.getVersion() == set.version() + 1
                    && stat.getCzxid() <= seen
                    && !Arrays.equals(data, set.data()));
        } catch (NoNodeException e) {
            return Verdict.CANNOT_TELL;
        }
    }

    /** Remembers its name: a consumer may take it at any time. */
    private @Nullable String lookFor(Create create) throws Exception {
        var asked = ZKPaths.getPathAndNode(create.path());
        Stat parent = stat(asked.getPath());
        String actual = parent == null ? null : among(create, parent);
        if (parent != null && actual == null) {
            actual = inList(asked);
        }
        if (actual != null) {
            found.put(create, actual);
        }
        return actual;
    }

    /** Asks for the names that it may have got; the number in the name is how many children were made before it. */
    private @Nullable String among(Create create, Stat parent) throws Exception {
        int made = (parent.getCversion() + parent.getNumChildren()) / 2;
        for (int number = made - 1; number >= Math.max(0, made - LATEST); number--) {
            String name = create.path() + String.format(Locale.ENGLISH, "%010d", number);
            if (stat(name) != null) {
                return name;
            }
        }
        return null;
    }

    private @Nullable String inList(ZKPaths.PathAndNode asked) throws Exception {
        try {
            for (String child : curator.getChildren().forPath(asked.getPath())) {
                if (child.startsWith(asked.getNode())) {
                    return ZKPaths.makePath(asked.getPath(), child);
                }
            }
        } catch (NoNodeException e) {
            return null;
        }
        return null;
    }
}
