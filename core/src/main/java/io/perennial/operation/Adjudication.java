package io.perennial.operation;

import io.perennial.operation.Write.Check;
import io.perennial.operation.Write.Create;
import io.perennial.operation.Write.Delete;
import io.perennial.operation.Write.SetData;
import io.perennial.operation.WriteOutcome.Result;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.utils.ZKPaths;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.ConnectionLossException;
import org.apache.zookeeper.KeeperException.NoNodeException;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * Finds out from what is at the server whether a request was applied whose acknowledgement was lost. The rules are those
 * of {@link Operations#transaction}, and what each rests on:
 *
 * <ul>
 *   <li>The request can no longer be under way. A client that is attached again has had its session moved to its new
 *       server, and the old one's requests are refused from then on (SESSIONMOVED); a server that takes a session back
 *       closes its old connection, and what it had read from it comes before the {@link Barrier}; a session that expired
 *       is closed by a transaction, behind which its requests are refused. The barrier also brings the server up to what
 *       a quorum has agreed upon. All this holds for the connection on which it was passed: {@link WriteAttempts} looks
 *       again when the session has moved on.
 *   <li>Transaction ids grow: what the request changed has one above all that this client had seen when it sent.
 *   <li>A parent's {@code pzxid} is the last creation or removal of a child; {@code mzxid} the last change of the data,
 *       {@code czxid} the creation. A version grows by one with each change of the data of one incarnation.
 * </ul>
 */
final class Adjudication {
    private final CuratorFramework curator;
    private final Request request;
    private final long seen;
    private final boolean sameSession;

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

    private record Evidence(
            Verdict verdict, boolean matches, @Nullable Result result) {
        static Evidence not() {
            return new Evidence(Verdict.NOT_APPLIED, false, null);
        }

        static Evidence none(boolean matches) {
            return new Evidence(Verdict.CANNOT_TELL, matches, null);
        }
    }

    private Adjudication(CuratorFramework curator, Request request, long sessionIdNow) {
        this.curator = curator;
        this.request = request;
        this.seen = request.sentTo().zxid();
        this.sameSession = sessionIdNow == request.sentTo().sessionId();
    }

    /** Looks; some round trips, on the calling thread. */
    static Finding of(CuratorFramework curator, Request request, long sessionIdNow) throws Exception {
        return new Adjudication(curator, request, sessionIdNow).find();
    }

    private Finding find() throws Exception {
        ZooKeeper handle = curator.getZookeeperClient().getZooKeeper();
        Barrier.pass(handle);
        Finding finding = look();
        if (handle != curator.getZookeeperClient().getZooKeeper()) {
            throw new ConnectionLossException(); // Some of it may have been seen by another one, at a server behind.
        }
        return finding;
    }

    private Finding look() throws Exception {
        if (request.witness() != null) {
            Verdict verdict = witnessed(request.witness());
            if (verdict != Verdict.CANNOT_TELL) {
                return conclude(verdict, verdict == Verdict.APPLIED);
            }
        }
        boolean matches = true;
        for (Write write : request.writes()) {
            Evidence evidence = examine(write);
            if (evidence.verdict != Verdict.CANNOT_TELL) {
                return conclude(evidence.verdict, evidence.matches);
            }
            matches &= evidence.matches;
        }
        return new Finding(Verdict.CANNOT_TELL, matches, List.of());
    }

    private Finding conclude(Verdict verdict, boolean matches) throws Exception {
        if (verdict != Verdict.APPLIED) {
            return new Finding(verdict, matches, List.of());
        }
        List<Result> results = new ArrayList<>();
        for (Write write : request.writes()) {
            results.add(resultOf(write));
        }
        return new Finding(verdict, true, results);
    }

    /** As it is now; the answer itself is lost. */
    private Result resultOf(Write write) throws Exception {
        try {
            return read(write);
        } catch (KeeperException e) {
            return new Result(write.path(), null); // What is known remains known.
        }
    }

    private Result read(Write write) throws Exception {
        if (write instanceof Create create && create.mode().isSequential()) {
            String actual = protectedChild(create);
            return actual == null ? new Result(create.path(), null) : new Result(actual, stat(actual));
        }
        return write instanceof Create || write instanceof SetData
                ? new Result(write.path(), stat(write.path()))
                : new Result(write.path(), null);
    }

    /** Nobody else makes or removes a node of that name, but the end of the session. */
    private Verdict witnessed(Create witness) throws Exception {
        if (stat(witness.path()) != null) {
            return Verdict.APPLIED;
        }
        return sameSession ? Verdict.NOT_APPLIED : Verdict.CANNOT_TELL;
    }

    private Evidence examine(Write write) throws Exception {
        if (write instanceof Create create) {
            return create.mode().isSequential() ? sequential(create) : create(create);
        }
        if (write instanceof SetData set) {
            return setData(set);
        }
        if (write instanceof Delete delete) {
            return delete(delete);
        }
        Check check = (Check) write;
        return Evidence.none(stat(check.path()) != null);
    }

    private Evidence create(Create create) throws Exception {
        Stat now = stat(create.path());
        if (now == null) {
            return siblingsUnchanged(create.path()) ? Evidence.not() : Evidence.none(false);
        }
        if (now.getCzxid() <= seen) {
            return Evidence.not();
        }
        if (create.mode().isEphemeral()) {
            return now.getEphemeralOwner() == request.sentTo().sessionId()
                    ? new Evidence(Verdict.APPLIED, true, null)
                    : Evidence.none(false);
        }
        return Evidence.none(
                now.getEphemeralOwner() == 0 && now.getVersion() == 0 && holds(create.path(), create.bytes()));
    }

    private Evidence sequential(Create create) throws Exception {
        if (protectedChild(create) != null) {
            return new Evidence(Verdict.APPLIED, true, null);
        }
        return siblingsUnchanged(create.path()) ? Evidence.not() : Evidence.none(false);
    }

    private Evidence setData(SetData set) throws Exception {
        Stat now = stat(set.path());
        if (now == null) {
            return siblingsUnchanged(set.path()) ? Evidence.not() : Evidence.none(false);
        }
        if (now.getMzxid() <= seen) {
            return Evidence.not();
        }
        if (set.version() == Write.ANY_VERSION) {
            return Evidence.none(holds(set.path(), set.bytes()));
        }
        if (now.getCzxid() > seen) {
            return Evidence.none(false); // Made anew: its versions say nothing of the one that was meant.
        }
        if (now.getVersion() <= set.version()) {
            return Evidence.not();
        }
        if (now.getVersion() > set.version() + 1) {
            return Evidence.none(false);
        }
        return nextVersion(set);
    }

    private Evidence delete(Delete delete) throws Exception {
        Stat now = stat(delete.path());
        if (now == null) {
            return siblingsUnchanged(delete.path()) ? Evidence.not() : Evidence.none(true);
        }
        return now.getCzxid() <= seen ? Evidence.not() : Evidence.none(false);
    }

    /** Neither made nor removed since the request. */
    private boolean siblingsUnchanged(String path) throws Exception {
        Stat parent = stat(ZKPaths.getPathAndNode(path).getPath());
        return parent != null && parent.getPzxid() <= seen;
    }

    private @Nullable Stat stat(String path) throws Exception {
        return curator.checkExists().forPath(path);
    }

    private boolean holds(String path, byte[] data) throws Exception {
        try {
            return Arrays.equals(curator.getData().forPath(path), data);
        } catch (NoNodeException e) {
            return false;
        }
    }

    /** The node is at the version after the one asked for, which only one write can have made. */
    private Evidence nextVersion(SetData set) throws Exception {
        var stat = new Stat();
        try {
            byte[] data = curator.getData().storingStatIn(stat).forPath(set.path());
            if (stat.getVersion() != set.version() + 1 || stat.getCzxid() > seen) {
                return Evidence.none(false);
            }
            return Arrays.equals(data, set.bytes()) ? Evidence.none(true) : Evidence.not();
        } catch (NoNodeException e) {
            return Evidence.none(false);
        }
    }

    private @Nullable String protectedChild(Create create) throws Exception {
        var asked = ZKPaths.getPathAndNode(create.path());
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
