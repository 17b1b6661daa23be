package io.perennial.internal.watch;

import io.perennial.internal.request.Reply;
import io.perennial.internal.request.Requests;
import java.util.function.Consumer;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/** A watched node. */
final class NodeEntry extends OneShotEntry<NodeSnapshot> {
    NodeEntry(WatchLedger ledger, String path) {
        super(ledger, WatchKind.NODE, path);
    }

    @Override
    void readAndArm(Requests requests, @Nullable Watcher watcher, Consumer<Reply> answer) {
        requests.getData(path(), watcher, answer);
    }

    @Override
    NodeSnapshot found(Reply reply) {
        return NodeSnapshot.of(reply.stat(), reply.data());
    }

    @Override
    NodeSnapshot absent() {
        return NodeSnapshot.ABSENT;
    }

    @Override
    Version versionOf(Stat stat) {
        return Version.ofNode(stat);
    }
}
