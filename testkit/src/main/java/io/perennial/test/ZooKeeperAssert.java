package io.perennial.test;

import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;

/** Assertions about a raw ZooKeeper client. */
public final class ZooKeeperAssert extends ClientAssert<ZooKeeperAssert, ZooKeeper> {
    ZooKeeperAssert(ZooKeeper actual) {
        super(actual, ZooKeeperAssert.class);
    }

    @Override
    String subject() {
        return "the ZooKeeper client";
    }

    @Override
    String details() {
        return actual.toString();
    }

    @Override
    boolean isConnected() {
        return actual.getState().isConnected();
    }

    @Override
    void callAndWait() throws Exception {
        actual.exists("/", false);
    }

    @Override
    void callInBackground(Runnable done) {
        actual.exists(
                "/",
                false,
                (code, path, context, stat) -> {
                    if (code == KeeperException.Code.OK.intValue()) {
                        done.run();
                    }
                },
                null);
    }
}
