package io.perennial.test;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ConnectStringParser;
import org.apache.zookeeper.client.StaticHostProvider;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * A plain ZooKeeper client with a separate session, to look at and to change what the server has, bypassing any proxy.
 * Each call waits up to 30 s for a connection and is repeated after a lost one; after an expiry it uses a new session.
 * Its threads are named {@code test-client-…}. It is not meant to suffer faults: point it at the server directly. It
 * has {@code digest} credentials, for servers that demand some. What a server refuses is thrown as {@link Refused}.
 */
public final class IndependentClient implements AutoCloseable {
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String connectString;

    @GuardedBy("this")
    private @Nullable ZooKeeper zooKeeper;

    /**
     * Connects at the first call.
     *
     * @param connectString {@code host:port[,host:port...][/chroot]}
     */
    public IndependentClient(String connectString) {
        this.connectString = connectString;
    }

    /**
     * Creates a node; open to all.
     *
     * @param path where
     * @param data its data
     * @param mode its kind
     * @return its actual path
     */
    public String create(String path, byte[] data, CreateMode mode) {
        return call(zk -> zk.create(path, data, Ids.OPEN_ACL_UNSAFE, mode));
    }

    /**
     * Creates a persistent node; open to all.
     *
     * @param path where
     * @param data its data
     * @return the path
     */
    public String create(String path, byte[] data) {
        return create(path, data, CreateMode.PERSISTENT);
    }

    /**
     * Sets the data, whatever the version.
     *
     * @param path where
     * @param data the new data
     * @return the node's new figures
     */
    public Stat setData(String path, byte[] data) {
        return call(zk -> zk.setData(path, data, -1));
    }

    /**
     * Deletes a node, whatever the version.
     *
     * @param path where
     */
    public void delete(String path) {
        call(zk -> {
            zk.delete(path, -1);
            return path;
        });
    }

    /**
     * Whether there is a node.
     *
     * @param path where
     * @return true when there is
     */
    public boolean exists(String path) {
        return stat(path).isPresent();
    }

    /**
     * A node's figures.
     *
     * @param path where
     * @return empty when there is no node
     */
    public Optional<Stat> stat(String path) {
        return call(zk -> Optional.ofNullable(zk.exists(path, false)));
    }

    /**
     * The session that owns a node.
     *
     * @param path where
     * @return its id; 0 for a persistent node; empty when there is none
     */
    public Optional<Long> ownerOf(String path) {
        return stat(path).map(Stat::getEphemeralOwner);
    }

    /**
     * A node's data.
     *
     * @param path where
     * @return the data
     */
    public byte[] data(String path) {
        return call(zk -> zk.getData(path, false, null));
    }

    /**
     * The names of a node's children, without the parent's path.
     *
     * @param path the parent
     * @return sorted
     */
    public List<String> children(String path) {
        return call(zk -> zk.getChildren(path, false).stream().sorted().toList());
    }

    /**
     * Has the server catch up: what it answers from now on contains all that the leader had committed before.
     */
    public void sync() {
        call(zk -> {
            var answer = new CompletableFuture<Integer>();
            zk.sync("/", (rc, path, context) -> answer.complete(rc), null);
            KeeperException.Code code = KeeperException.Code.get(answer.join());
            if (code != KeeperException.Code.OK) {
                throw KeeperException.create(code, "/");
            }
            return code;
        });
    }

    /**
     * The session of this client itself.
     *
     * @return its id
     */
    public long sessionId() {
        return call(zk -> {
            zk.exists("/", false);
            return zk.getSessionId();
        });
    }

    /**
     * The raw client, for everything that has no method here.
     *
     * @return connected; another one after an expiry
     */
    public synchronized ZooKeeper raw() {
        return connected();
    }

    /**
     * Takes over another client's session by id and password and closes it. The server removes it with its ephemeral
     * nodes; the former holder notices when it next connects. If the holder takes the session back before it is closed,
     * it is taken over again: when this returns, the server has ended it.
     *
     * @param sessionId its id
     * @param password its password
     * @throws IllegalStateException when the server does not answer, or its holder does not let go, for 30 s
     */
    public void closeSessionOf(long sessionId, byte[] password) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        ZooKeeper thief = connect(sessionId, password);
        while (thief.getState().isAlive()) {
            close(thief);
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "session 0x" + Long.toHexString(sessionId) + " is taken back again and again, for " + PATIENCE);
            }
            thief = connect(sessionId, password);
        }
    }

    /** Ends the session and its ephemeral nodes. */
    @Override
    public synchronized void close() {
        if (zooKeeper != null) {
            close(zooKeeper);
            zooKeeper = null;
        }
    }

    private synchronized <T> T call(Call<T> call) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return call.on(connected());
            } catch (KeeperException.ConnectionLossException | KeeperException.SessionExpiredException e) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("no answer from " + connectString + " within " + PATIENCE, e);
                }
            } catch (KeeperException e) {
                throw new Refused(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    @GuardedBy("this")
    private ZooKeeper connected() {
        if (zooKeeper == null || !zooKeeper.getState().isAlive()) {
            zooKeeper = connect(0, new byte[16]);
        }
        return zooKeeper;
    }

    /** Already ended, if the server has no such session. */
    private ZooKeeper connect(long sessionId, byte[] password) {
        ZKClientConfig config = new ZKClientConfig();
        config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
        CountDownLatch decided = new CountDownLatch(1);
        int timeout = Math.toIntExact(SESSION_TIMEOUT.toMillis());
        Thread thread = Thread.currentThread();
        String name = thread.getName();
        thread.setName("test-client"); // ZooKeeper names its threads after the one that constructs the handle
        try {
            ZooKeeper client = new ZooKeeper(
                    connectString,
                    timeout,
                    event -> {
                        if (event.getState() != KeeperState.Disconnected) {
                            decided.countDown();
                        }
                    },
                    sessionId,
                    password,
                    false,
                    new StaticHostProvider(new ConnectStringParser(connectString).getServerAddresses()),
                    config);
            if (!decided.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                close(client);
                throw new IllegalStateException("no session from " + connectString + " within " + PATIENCE + " for 0x"
                        + Long.toHexString(sessionId));
            }
            client.addAuthInfo(RequiredAuthentication.SCHEME, RequiredAuthentication.CREDENTIALS);
            return client;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            thread.interrupt();
            throw new IllegalStateException(e);
        } finally {
            thread.setName(name);
        }
    }

    private static void close(ZooKeeper client) {
        try {
            client.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The server's refusal of a call, such as {@code NoNode}; an assertion error, so that assertions that wait go on
     * waiting.
     */
    public static final class Refused extends AssertionError {
        private static final long serialVersionUID = 1L;

        private final transient KeeperException cause;

        Refused(KeeperException cause) {
            super(cause);
            this.cause = cause;
        }

        /**
         * The reason.
         *
         * @return the server's answer
         */
        public KeeperException.Code code() {
            return cause.code();
        }
    }

    @FunctionalInterface
    private interface Call<T> {
        T on(ZooKeeper zooKeeper) throws KeeperException, InterruptedException;
    }
}
