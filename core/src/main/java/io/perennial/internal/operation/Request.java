package io.perennial.internal.operation;

import io.perennial.operation.Write;
import io.perennial.operation.Write.Check;
import io.perennial.operation.Write.Create;
import io.perennial.operation.Write.Delete;
import io.perennial.operation.Write.SetData;
import io.perennial.operation.WriteOutcome.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.curator.framework.api.transaction.CuratorTransactionResult;
import org.apache.curator.utils.ZKPaths;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.data.Stat;
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

    /** Sends it and waits for the answer. */
    List<Result> send(CuratorFramework curator) throws Exception {
        List<Write> all = all();
        return all.size() == 1 ? List.of(sendAlone(curator, all.get(0))) : sendTogether(curator, all);
    }

    private List<Write> all() {
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

    private static Result sendAlone(CuratorFramework curator, Write write) throws Exception {
        if (write instanceof Create create) {
            var stat = new Stat();
            var builder = PlainData.create(curator, create.mode(), stat);
            String actual = create.acl() == null
                    ? builder.forPath(create.path(), create.data())
                    : builder.withACL(create.acl()).forPath(create.path(), create.data());
            return new Result(actual, stat);
        }
        if (write instanceof SetData set) {
            return new Result(
                    set.path(),
                    PlainData.setData(curator).withVersion(set.version()).forPath(set.path(), set.data()));
        }
        if (write instanceof Delete delete) {
            curator.delete().withVersion(delete.version()).forPath(delete.path());
            return new Result(delete.path(), null);
        }
        Check check = (Check) write;
        curator.transaction()
                .forOperations(curator.transactionOp()
                        .check()
                        .withVersion(check.version())
                        .forPath(check.path()));
        return new Result(check.path(), null);
    }

    private List<Result> sendTogether(CuratorFramework curator, List<Write> all) throws Exception {
        List<CuratorOp> operations = new ArrayList<>(all.size());
        for (Write write : all) {
            operations.add(operation(curator, write));
        }
        List<CuratorTransactionResult> answers = curator.transaction().forOperations(operations);
        List<Result> results = new ArrayList<>(writes.size());
        for (int i = 0; i < writes.size(); i++) {
            CuratorTransactionResult answer = answers.get(checks.size() + i);
            results.add(new Result(actualPath(writes.get(i), answer), answer.getResultStat()));
        }
        return results;
    }

    /** In a transaction's result the paths still contain the chroot: only the name is used. */
    private static String actualPath(Write write, CuratorTransactionResult answer) {
        return write instanceof Create create && create.mode().isSequential()
                ? ZKPaths.makePath(
                        ZKPaths.getPathAndNode(create.path()).getPath(),
                        ZKPaths.getNodeFromPath(answer.getResultPath()))
                : write.path();
    }

    private static CuratorOp operation(CuratorFramework curator, Write write) throws Exception {
        var operation = curator.transactionOp();
        if (write instanceof Create create) {
            var builder = PlainData.create(operation, create.mode());
            return create.acl() == null
                    ? builder.forPath(create.path(), create.data())
                    : builder.withACL(create.acl()).forPath(create.path(), create.data());
        }
        if (write instanceof SetData set) {
            return PlainData.setData(operation).withVersion(set.version()).forPath(set.path(), set.data());
        }
        if (write instanceof Delete delete) {
            return operation.delete().withVersion(delete.version()).forPath(delete.path());
        }
        Check check = (Check) write;
        return operation.check().withVersion(check.version()).forPath(check.path());
    }

    /** Which of the writes the server refused, in its own words. */
    String describeRefusal(KeeperException e) {
        List<Write> all = all();
        List<OpResult> results = e.getResults();
        if (results != null && results.size() == all.size()) {
            for (int i = 0; i < all.size(); i++) {
                if (results.get(i) instanceof OpResult.ErrorResult error
                        && error.getErr() != Code.OK.intValue()
                        && error.getErr() != Code.RUNTIMEINCONSISTENCY.intValue()) {
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
