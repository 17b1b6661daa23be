package io.perennial.internal.operation;

import io.perennial.operation.BackgroundCall.InBackground;
import java.util.Optional;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;

/**
 * Whether a node exists, and whose it is.
 *
 * @param path its path
 */
record NodeLook(String path) implements Sending<Optional<Stat>> {
    @Override
    public Optional<Stat> send(CuratorFramework curator) throws Exception {
        return Optional.ofNullable(curator.checkExists().forPath(path));
    }

    @Override
    public Way way() {
        return Way.EITHER;
    }

    @Override
    public void handOver(CuratorFramework curator, InBackground in) throws Exception {
        Stat unused =
                curator.checkExists().inBackground(in.callback(), in.context()).forPath(path);
    }

    @Override
    public boolean isResult(Code code) {
        return code == Code.OK || code == Code.NONODE;
    }

    @Override
    public Optional<Stat> read(CuratorEvent event) {
        return Optional.ofNullable(event.getStat());
    }
}
