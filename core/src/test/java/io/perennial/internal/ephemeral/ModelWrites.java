package io.perennial.internal.ephemeral;

import io.perennial.internal.ephemeral.ModelTree.Node;
import io.perennial.internal.protocol.RequestKind;
import io.perennial.internal.request.Reply;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.proto.CreateRequest;
import org.apache.zookeeper.proto.DeleteRequest;

/** What the model servers do at a client's request to create or delete, alone or in a transaction. */
final class ModelWrites {
    private final ModelServer server;
    private final PlayedSession session;
    private final long sessionId;
    /** By the request that is being executed. */
    private Node made;

    ModelWrites(ModelServer server, PlayedSession session, long sessionId) {
        this.server = server;
        this.session = session;
        this.sessionId = sessionId;
    }

    Node made() {
        return made;
    }

    Code create(String path, byte[] data, CreateMode mode) {
        Code refusal = server.refusalOf(RequestKind.CREATE);
        if (refusal != Code.OK) {
            return refusal;
        }
        made = server.tree.create(path, data, mode.isEphemeral() ? sessionId : 0, mode.isSequential());
        if (made == null) {
            return server.tree.lastRefusal();
        }
        made.late = session.sessionId() != sessionId;
        return Code.OK;
    }

    /** Not the child that is made to ask whose its parent is. */
    static boolean isLast(List<Op> operations, Op operation) {
        int next = operations.indexOf(operation) + 1;
        return next >= operations.size()
                || !(operations.get(next) instanceof Op.Delete delete)
                || !delete.getPath().equals(operation.getPath());
    }

    Reply executeAll(List<Op> operations) {
        var results = new ArrayList<OpResult>();
        for (Op operation : operations) {
            Code code = execute(operation, results);
            if (code != Code.OK) {
                int at = results.size();
                results.clear();
                for (int i = 0; i < operations.size(); i++) {
                    Code shown = i == at ? code : i < at ? Code.OK : Code.RUNTIMEINCONSISTENCY;
                    results.add(new OpResult.ErrorResult(shown.intValue()));
                }
                return ModelReplies.ofResults(code, results);
            }
        }
        return ModelReplies.ofResults(Code.OK, results);
    }

    private Code execute(Op operation, List<OpResult> results) {
        if (operation instanceof Op.Create) {
            CreateRequest create = (CreateRequest) operation.toRequestRecord();
            Code code = create(create.getPath(), create.getData(), mode(create));
            if (code == Code.OK) {
                results.add(new OpResult.CreateResult(session.chroot() + made.path));
            }
            return code;
        }
        Code code = server.tree.delete(operation.getPath(), ((DeleteRequest) operation.toRequestRecord()).getVersion());
        if (code == Code.OK) {
            results.add(new OpResult.DeleteResult());
        }
        return code;
    }

    static CreateMode mode(CreateRequest create) {
        return CreateMode.fromFlag(create.getFlags(), CreateMode.PERSISTENT);
    }
}
