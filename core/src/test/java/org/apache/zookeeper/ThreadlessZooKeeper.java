package org.apache.zookeeper;

import java.io.IOException;
import org.apache.zookeeper.client.HostProvider;
import org.apache.zookeeper.client.ZKClientConfig;

/**
 * A client without threads, that never connects. In this package because only a class here can keep the client's
 * threads from being started.
 */
abstract class ThreadlessZooKeeper extends ZooKeeper {
    /** In milliseconds. */
    public static final int GRANTED = 4_000;

    ThreadlessZooKeeper() throws IOException {
        super("127.0.0.1:1", GRANTED, event -> {});
    }

    @Override
    ClientCnxn createConnection(
            String chroot,
            HostProvider servers,
            int sessionTimeout,
            ZKClientConfig config,
            Watcher watcher,
            ClientCnxnSocket socket,
            boolean canBeReadOnly)
            throws IOException {
        return new ClientCnxn(chroot, servers, sessionTimeout, config, watcher, socket, canBeReadOnly) {
            @Override
            public void start() {}
        };
    }
}
