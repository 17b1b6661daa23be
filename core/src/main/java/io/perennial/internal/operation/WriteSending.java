package io.perennial.internal.operation;

import io.perennial.operation.BackgroundCall.InBackground;
import io.perennial.operation.SessionReplacedException;
import io.perennial.operation.Write;
import io.perennial.operation.Write.Check;
import io.perennial.operation.Write.Create;
import io.perennial.operation.Write.Delete;
import io.perennial.operation.Write.SetData;
import io.perennial.operation.WriteOutcome.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.curator.framework.api.transaction.CuratorTransactionResult;
import org.apache.curator.utils.ZKPaths;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/** A request's way to the server: one write by itself, several as a transaction. Sent once. */
final class WriteSending implements Sending<List<Result>> {
    private final Request request;
    private final BooleanSupplier moved;
    private List<Integer> codes = List.of();

    /**
     * One attempt.
     *
     * @param moved asked right before it is sent: whether it must not be any more
     */
    WriteSending(Request request, BooleanSupplier moved) {
        this.request = request;
        this.moved = moved;
    }

    @Override
    public boolean maySend() {
        return !moved.getAsBoolean();
    }

    @Override
    public List<Result> send(CuratorFramework curator) throws Exception {
        if (!maySend()) {
            throw new SessionReplacedException(
                    "the session has reconnected since the outcome was looked up; nothing was sent");
        }
        List<Write> all = request.all();
        try {
            return all.size() == 1
                    ? List.of(sendAlone(curator, all.get(0)))
                    : results(curator.transaction().forOperations(operations(curator, all)));
        } catch (KeeperException e) {
            note(e.getResults());
            throw e;
        }
    }

    @Override
    public Way way() {
        return Way.EITHER;
    }

    @Override
    public void handOver(CuratorFramework curator, InBackground in) throws Exception {
        List<Write> all = request.all();
        if (all.size() == 1) {
            handOverAlone(curator, all.get(0), in);
        } else {
            List<?> unused = curator.transaction()
                    .inBackground(in.callback(), in.context())
                    .forOperations(operations(curator, all));
        }
    }

    @Override
    public List<Result> read(CuratorEvent event) {
        List<Write> all = request.all();
        if (all.size() > 1) {
            return results(event.getOpResults());
        }
        Write write = all.get(0);
        return List.of(
                write instanceof Create create
                        ? new Result(actualPath(create, event.getName()), event.getStat())
                        : new Result(write.path(), write instanceof SetData ? event.getStat() : null));
    }

    @Override
    public KeeperException failure(CuratorEvent event) {
        List<CuratorTransactionResult> results = event.getOpResults();
        if (results != null) {
            codes = results.stream().map(CuratorTransactionResult::getError).toList();
        }
        return Sending.super.failure(event);
    }

    private void note(@Nullable List<OpResult> results) {
        if (results != null) {
            codes = results.stream()
                    .map(result -> result instanceof OpResult.ErrorResult error ? error.getErr() : Code.OK.intValue())
                    .toList();
        }
    }

    /** What the server refused, after a failure. */
    String describeRefusal(KeeperException e) {
        return request.describeRefusal(e, codes);
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
        List<?> unused = curator.transaction().forOperations(operation(curator, write));
        return new Result(write.path(), null);
    }

    private static void handOverAlone(CuratorFramework curator, Write write, InBackground in) throws Exception {
        if (write instanceof Create create) {
            var builder = PlainData.create(curator, create.mode(), new Stat());
            var background = create.acl() == null
                    ? builder.inBackground(in.callback(), in.context())
                    : builder.withACL(create.acl()).inBackground(in.callback(), in.context());
            String unused = background.forPath(create.path(), create.data());
        } else if (write instanceof SetData set) {
            Stat unused = PlainData.setData(curator)
                    .withVersion(set.version())
                    .inBackground(in.callback(), in.context())
                    .forPath(set.path(), set.data());
        } else if (write instanceof Delete delete) {
            curator.delete()
                    .withVersion(delete.version())
                    .inBackground(in.callback(), in.context())
                    .forPath(delete.path());
        } else {
            List<?> unused = curator.transaction()
                    .inBackground(in.callback(), in.context())
                    .forOperations(operation(curator, write));
        }
    }

    private static List<CuratorOp> operations(CuratorFramework curator, List<Write> all) throws Exception {
        List<CuratorOp> operations = new ArrayList<>(all.size());
        for (Write write : all) {
            operations.add(operation(curator, write));
        }
        return operations;
    }

    private List<Result> results(List<CuratorTransactionResult> answers) {
        List<Write> writes = request.writes();
        List<Result> results = new ArrayList<>(writes.size());
        for (int i = 0; i < writes.size(); i++) {
            CuratorTransactionResult answer = answers.get(request.checks().size() + i);
            results.add(new Result(actualPath(writes.get(i), answer.getResultPath()), answer.getResultStat()));
        }
        return results;
    }

    /** In a transaction's result the paths still contain the chroot: only the name is used. */
    private static String actualPath(Write write, String answered) {
        return write instanceof Create create && create.mode().isSequential()
                ? ZKPaths.makePath(ZKPaths.getPathAndNode(create.path()).getPath(), ZKPaths.getNodeFromPath(answered))
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
}
