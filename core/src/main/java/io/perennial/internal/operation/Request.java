package io.perennial.internal.operation;

import io.perennial.operation.Write;
import io.perennial.operation.Write.Check;
import io.perennial.operation.Write.Create;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.curator.utils.ZKPaths;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/**
 * One request that applies some writes, made anew for each attempt. Data go to the server as they were given, whatever
 * the Curator builder says about compression: ephemerals do the same, and watches report them as they are (O11).
 *
 * @param checks what fences add, before the writes
 * @param writes what the user asked for; sequential names carry an id of this request
 * @param witness the node left behind as evidence of it, after the writes; or null
 * @param sentTo the current session before it was sent
 */
record Request(
        List<Check> checks, List<Write> writes, @Nullable Create witness, SessionView.ServerSession sentTo) {
    /** The form of Curator's protected nodes, which its recipes can sort. */
    private static final String PROTECTION = "_c_";

    static Request of(
            List<Check> checks, List<Write> asked, @Nullable String witnessParent, SessionView.ServerSession current) {
        Create witness = witnessParent == null ? null : witness(witnessParent);
        for (Write write : asked) {
            if (isSequential(write)) {
                return new Request(
                        checks, asked.stream().map(Request::withProtectedName).toList(), witness, current);
            }
        }
        return new Request(checks, asked, witness, current);
    }

    /** The same request, which is known not to have been applied up to that transaction. */
    Request notAppliedUntil(long zxid) {
        var later =
                new SessionView.ServerSession(sentTo.generation(), sentTo.sessionId(), Math.max(sentTo.zxid(), zxid));
        return new Request(checks, writes, witness, later);
    }

    private static boolean isSequential(Write write) {
        return write instanceof Create create && create.mode().isSequential();
    }

    /** The same write, with a name unique to this request if it is sequential. */
    private static Write withProtectedName(Write write) {
        if (!(write instanceof Create create && isSequential(create))) {
            return write;
        }
        var path = ZKPaths.getPathAndNode(create.path());
        return new Create(
                ZKPaths.makePath(path.getPath(), PROTECTION + UUID.randomUUID() + "-" + path.getNode()),
                create.data(),
                create.mode(),
                create.acl());
    }

    private static Create witness(String parent) {
        return new Create(
                ZKPaths.makePath(parent, "witness-" + UUID.randomUUID()), new byte[0], CreateMode.EPHEMERAL, null);
    }

    /** Whether it only checks, so that it can be sent again whatever became of it. */
    boolean changesNothing() {
        return witness == null && writes.stream().allMatch(Check.class::isInstance);
    }

    /** What it consists of, in order. */
    List<Write> all() {
        if (checks.isEmpty() && witness == null) {
            return writes;
        }
        List<Write> all = new ArrayList<>(checks);
        all.addAll(writes);
        if (witness != null) {
            all.add(witness);
        }
        return all;
    }

    /**
     * Which of the writes the server refused, in its own words.
     *
     * @param codes of each, if the server says so
     */
    String describeRefusal(KeeperException e, List<Integer> codes) {
        List<Write> all = all();
        if (codes.size() == all.size()) {
            for (int i = 0; i < all.size(); i++) {
                if (codes.get(i) != Code.OK.intValue() && codes.get(i) != Code.RUNTIMEINCONSISTENCY.intValue()) {
                    return (i < checks.size() ? "fence: " : "") + all.get(i) + ": " + e.code();
                }
            }
        }
        String reason = e.code() == Code.UNIMPLEMENTED
                ? e.code() + ", " + e.getMessage()
                : e.code().toString();
        return (all.size() == 1 ? all.get(0) : all) + ": " + reason;
    }

    /** The writes as asked for, for people to read. */
    @Override
    public String toString() {
        return writes.size() == 1 ? writes.get(0).toString() : writes.toString();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
