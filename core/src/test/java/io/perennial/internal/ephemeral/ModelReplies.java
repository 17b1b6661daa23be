package io.perennial.internal.ephemeral;

import io.perennial.internal.ephemeral.ModelTree.Node;
import io.perennial.internal.request.Reply;
import java.util.List;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.OpResult;

/** A server's answers. */
final class ModelReplies {
    private ModelReplies() {}

    static Reply of(Code code) {
        return new Reply(code, null, null, null, List.of(), List.of(), null, false);
    }

    static Reply ofPath(String path) {
        return new Reply(Code.OK, path, null, null, List.of(), List.of(), null, false);
    }

    static Reply ofStat(Node node) {
        return new Reply(Code.OK, node.path, node.stat(), null, List.of(), List.of(), null, false);
    }

    /** Of no node: that there is none. */
    static Reply ofData(Node node) {
        return node == null
                ? of(Code.NONODE)
                : new Reply(Code.OK, node.path, node.stat(), node.data, List.of(), List.of(), null, false);
    }

    static Reply ofNames(List<String> names) {
        return new Reply(Code.OK, null, null, null, names, List.of(), null, false);
    }

    static Reply ofResults(Code code, List<OpResult> results) {
        return new Reply(code, null, null, null, List.of(), results, null, false);
    }
}
