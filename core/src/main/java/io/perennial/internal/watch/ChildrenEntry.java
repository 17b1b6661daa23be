package io.perennial.internal.watch;

import io.perennial.internal.request.Reply;
import io.perennial.internal.request.Requests;
import java.util.function.Consumer;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/** A node whose children are watched. */
final class ChildrenEntry extends OneShotEntry<ChildrenSnapshot> {
    ChildrenEntry(WatchLedger ledger, String path) {
        super(ledger, WatchKind.CHILDREN, path);
    }

    @Override
    void readAndArm(Requests requests, @Nullable Watcher watcher, Consumer<Reply> answer) {
        requests.getChildren(path(), watcher, answer);
    }

    @Override
    ChildrenSnapshot found(Reply reply) {
        return ChildrenSnapshot.of(reply.stat(), reply.names());
    }

    @Override
    ChildrenSnapshot absent() {
        return ChildrenSnapshot.ABSENT;
    }

    @Override
    Version versionOf(Stat stat) {
        return Version.ofChildren(stat);
    }
}
