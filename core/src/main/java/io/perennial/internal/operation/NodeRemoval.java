package io.perennial.internal.operation;

import io.perennial.operation.BackgroundCall.InBackground;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.zookeeper.KeeperException.Code;

/**
 * Removes a node, if it is there.
 *
 * @param path its path
 */
record NodeRemoval(String path) implements Sending<Boolean> {
    @Override
    public Boolean send(CuratorFramework curator) throws Exception {
        curator.delete().quietly().forPath(path);
        return true;
    }

    @Override
    public Way way() {
        return Way.EITHER;
    }

    @Override
    public void handOver(CuratorFramework curator, InBackground in) throws Exception {
        curator.delete().inBackground(in.callback(), in.context()).forPath(path);
    }

    @Override
    public boolean isResult(Code code) {
        return code == Code.OK || code == Code.NONODE;
    }

    @Override
    public Boolean read(CuratorEvent event) {
        return true;
    }
}
