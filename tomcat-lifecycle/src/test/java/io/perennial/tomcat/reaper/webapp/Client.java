package io.perennial.tomcat.reaper.webapp;

import jakarta.servlet.ServletContext;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/** What an application does with ZooKeeper, and does not undo: it registers itself under an ephemeral node. */
public final class Client {
    public static final String CONNECT = "connect";
    public static final String NODE = "node";
    public static final String KIND = "kind";
    public static final String FAIL = "fail";
    public static final String TIMEOUT = "timeout";

    /** What keeps it reachable, so that only the class loader's own end can collect it. */
    static Object kept;

    private static int sessionTimeoutMillis;

    private Client() {}

    static void open(ServletContext application) throws Exception {
        sessionTimeoutMillis = Integer.parseInt(application.getInitParameter(TIMEOUT));
        open(
                application.getInitParameter(KIND),
                application.getInitParameter(CONNECT),
                application.getInitParameter(NODE));
    }

    static void open(String kind, String connect, String node) throws Exception {
        kept = switch (kind) {
            case "RAW" -> Raw.open(connect, node);
            case "CURATOR" -> Curator.open(connect, node);
            default -> reflective(kind, connect, node);
        };
    }

    /** Classes of their own: an application without the library must not have to load these. */
    private static final class Raw {
        static ZooKeeper open(String connect, String node) throws Exception {
            CountDownLatch connected = new CountDownLatch(1);
            Watcher watcher = event -> {
                if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
                    connected.countDown();
                }
            };
            ZooKeeper client = new ZooKeeper(connect, sessionTimeoutMillis, watcher);
            connected.await(10, TimeUnit.SECONDS);
            client.create(node, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
            client.exists(node, (WatchedEvent event) -> {});
            return client;
        }
    }

    private static final class Curator {
        static CuratorFramework open(String connect, String node) throws Exception {
            CuratorFramework client = CuratorFrameworkFactory.newClient(
                    connect, sessionTimeoutMillis, 2_000, new ExponentialBackoffRetry(100, 3));
            client.start();
            client.blockUntilConnected(10, TimeUnit.SECONDS);
            client.create().withMode(CreateMode.EPHEMERAL).forPath(node);
            client.checkExists().usingWatcher((Watcher) event -> {}).forPath(node);
            // Starts the thread that Curator never ends (GH-1277).
            client.runSafe(() -> {});
            return client;
        }
    }

    /** ZooKeeper of any version, in any package. */
    private static Object reflective(String prefix, String connect, String node) throws Exception {
        Class<?> watcherType = Class.forName(prefix + ".Watcher");
        CountDownLatch connected = new CountDownLatch(1);
        Object watcher = Proxy.newProxyInstance(
                watcherType.getClassLoader(), new Class<?>[] {watcherType}, (proxy, method, args) -> {
                    switch (method.getName()) {
                        case "process" -> {
                            connected.countDown();
                            return null;
                        }
                        case "equals" -> {
                            return proxy == args[0];
                        }
                        case "hashCode" -> {
                            return 1;
                        }
                        default -> {
                            return "watcher";
                        }
                    }
                });
        Class<?> type = Class.forName(prefix + ".ZooKeeper");
        Object client = type.getConstructor(String.class, int.class, watcherType)
                .newInstance(connect, sessionTimeoutMillis, watcher);
        connected.await(10, TimeUnit.SECONDS);
        Class<?> modeType = Class.forName(prefix + ".CreateMode");
        type.getMethod("create", String.class, byte[].class, List.class, modeType)
                .invoke(
                        client,
                        node,
                        new byte[0],
                        Class.forName(prefix + ".ZooDefs$Ids")
                                .getField("OPEN_ACL_UNSAFE")
                                .get(null),
                        modeType.getField("EPHEMERAL").get(null));
        return client;
    }

    /** Code of the application that runs on after its end, and opens another client when it is told to. */
    static void openWhenTold(ServletContext application) throws Exception {
        String kind = application.getInitParameter(KIND);
        String connect = application.getInitParameter(CONNECT);
        String node = application.getInitParameter(NODE);
        @SuppressWarnings("unchecked")
        AtomicReference<Runnable> told = (AtomicReference<Runnable>) application.getAttribute("opener");
        told.set(() -> {
            try {
                open(kind, connect, node + "-late");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
