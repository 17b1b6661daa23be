package io.perennial.test;

import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;

/** Assertions about a plain Curator client. */
public final class CuratorAssert extends ClientAssert<CuratorAssert, CuratorFramework> {
    CuratorAssert(CuratorFramework actual) {
        super(actual, CuratorAssert.class);
    }

    @Override
    String subject() {
        return "Curator";
    }

    @Override
    String details() {
        return actual.getState() + ", " + actual.getZookeeperClient().getCurrentConnectionString();
    }

    @Override
    boolean isConnected() {
        return actual.getZookeeperClient().isConnected();
    }

    @Override
    void callAndWait() throws Exception {
        actual.checkExists().forPath("/");
    }

    @Override
    void callInBackground(Runnable done) throws Exception {
        callInBackground(actual, done);
    }

    static void callInBackground(CuratorFramework curator, Runnable done) throws Exception {
        curator.checkExists()
                .inBackground((client, event) -> {
                    int code = event.getResultCode();
                    if (code == KeeperException.Code.OK.intValue() || code == KeeperException.Code.NONODE.intValue()) {
                        done.run();
                    }
                })
                .forPath("/");
    }
}
