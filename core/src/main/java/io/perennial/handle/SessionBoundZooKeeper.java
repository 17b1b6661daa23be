package io.perennial.handle;

import io.perennial.operation.WithinCall;
import java.io.IOException;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.HostProvider;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * A ZooKeeper handle that takes no synchronous request from a thread whose call is bound to another server session: by
 * the time Curator passes a request on, its handle may be the next session's (S-40). These are the methods that Curator
 * uses.
 */
@SuppressWarnings("try") // its close may be interrupted, as ZooKeeper's own
abstract class SessionBoundZooKeeper extends ZooKeeper {
    SessionBoundZooKeeper(
            String connectString,
            int sessionTimeoutMillis,
            Watcher watcher,
            boolean canBeReadOnly,
            HostProvider hosts,
            ZKClientConfig config)
            throws IOException {
        super(connectString, sessionTimeoutMillis, watcher, canBeReadOnly, hosts, config);
    }

    SessionBoundZooKeeper(
            String connectString,
            int sessionTimeoutMillis,
            Watcher watcher,
            KnownSession known,
            boolean canBeReadOnly,
            HostProvider hosts,
            ZKClientConfig config)
            throws IOException {
        super(connectString, sessionTimeoutMillis, watcher, known.id(), known.password(), canBeReadOnly, hosts, config);
    }

    private void check() {
        WithinCall.check(getSessionId());
    }

    @Override
    public String create(String path, byte[] data, List<ACL> acl, CreateMode mode)
            throws KeeperException, InterruptedException {
        check();
        return super.create(path, data, acl, mode);
    }

    @Override
    public String create(String path, byte[] data, List<ACL> acl, CreateMode mode, @Nullable Stat stat, long ttl)
            throws KeeperException, InterruptedException {
        check();
        return super.create(path, data, acl, mode, stat, ttl);
    }

    @Override
    public void delete(String path, int version) throws InterruptedException, KeeperException {
        check();
        super.delete(path, version);
    }

    @Override
    public List<OpResult> multi(Iterable<Op> ops) throws InterruptedException, KeeperException {
        check();
        return super.multi(ops);
    }

    @Override
    public @Nullable Stat exists(String path, @Nullable Watcher watcher) throws KeeperException, InterruptedException {
        check();
        return super.exists(path, watcher);
    }

    @Override
    public byte[] getData(String path, @Nullable Watcher watcher, @Nullable Stat stat)
            throws KeeperException, InterruptedException {
        check();
        return super.getData(path, watcher, stat);
    }

    @Override
    public Stat setData(String path, byte[] data, int version) throws KeeperException, InterruptedException {
        check();
        return super.setData(path, data, version);
    }

    @Override
    public List<ACL> getACL(String path, @Nullable Stat stat) throws KeeperException, InterruptedException {
        check();
        return super.getACL(path, stat);
    }

    @Override
    public Stat setACL(String path, List<ACL> acl, int version) throws KeeperException, InterruptedException {
        check();
        return super.setACL(path, acl, version);
    }

    @Override
    public List<String> getChildren(String path, @Nullable Watcher watcher)
            throws KeeperException, InterruptedException {
        check();
        return super.getChildren(path, watcher);
    }

    @Override
    public List<String> getChildren(String path, @Nullable Watcher watcher, @Nullable Stat stat)
            throws KeeperException, InterruptedException {
        check();
        return super.getChildren(path, watcher, stat);
    }
}
