package io.perennial.tomcat.incident.webapp;

import io.perennial.ResilientSession;
import io.perennial.tomcat.ResilientSessions;
import jakarta.servlet.ServletContext;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The session of an application that registers itself under an ephemeral node, watches it, and closes nothing. */
public final class Opened {
    public static final String CLIENT = "client";
    public static final String CONNECT = "connect";
    public static final String NODE = "node";
    public static final String NAME = "name";
    public static final String TIMEOUT = "timeout";
    public static final String HISTORY = "history";

    /** Given by the test: {@code Runnable}, waits until the application may go on, and what start this is. */
    public static final String GATE = "gate";

    public static final String START = "start";

    private static final long PATIENCE_SECONDS = 60;
    private static final Logger LOG = LoggerFactory.getLogger(Opened.class);

    /** Keeps it reachable, so that nothing but the class loader's own end can collect it. */
    @SuppressWarnings("unused")
    private static Object kept;

    private Opened() {}

    /** Opens the session; whoever then fails, fails after {@link #passGate}. */
    public static void open(ServletContext application) {
        try {
            boolean first = application.getAttribute(START).equals(1);
            String client = application.getInitParameter(CLIENT);
            if (client.equals("OF_APPLICATION")) {
                OfApplication.register(application, first);
            } else {
                kept = open(
                        client,
                        application.getInitParameter(NAME) + "-" + application.getAttribute(START),
                        application.getInitParameter(CONNECT),
                        Integer.parseInt(application.getInitParameter(TIMEOUT)),
                        application.getInitParameter(NODE),
                        first);
            }
            live(application.getInitParameter(HISTORY));
        } catch (Exception e) {
            throw new IllegalStateException("the test itself failed", e);
        }
    }

    /** Waits for the test's word. */
    public static void passGate(ServletContext application) {
        ((Runnable) application.getAttribute(GATE)).run();
    }

    /** What every application that is to fail throws. */
    public static IllegalStateException failure() {
        return new IllegalStateException("the application fails to start, as it should in this test");
    }

    private static Object open(String client, String name, String connect, int timeout, String node, boolean awaited)
            throws Exception {
        return switch (client) {
            case "RAW" -> Raw.open(connect, timeout, node);
            case "CURATOR" -> Curator.open(connect, timeout, node);
            default -> Perennial.open(name, connect, timeout, node, awaited);
        };
    }

    /** What an application has loaded decides how its orphan ends. */
    private static void live(String history) throws ClassNotFoundException {
        switch (history) {
            case "WARM" ->
                LOG.info("warm, {} times", ThreadLocalRandom.current().nextInt(1, 10));
            case "USED" -> {
                Class.forName("java.util.concurrent.ThreadLocalRandom");
                Class.forName("org.apache.zookeeper.KeeperException$ConnectionLossException");
                LOG.warn("an exception of earlier days", new IllegalStateException("of no importance"));
            }
            default -> {}
        }
    }

    /** Classes of their own: an application without the library must not have to load these. */
    private static final class Raw {
        static ZooKeeper open(String connect, int timeout, String node) throws Exception {
            CountDownLatch connected = new CountDownLatch(1);
            Watcher watcher = event -> {
                if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
                    connected.countDown();
                }
            };
            ZooKeeper client = new ZooKeeper(connect, timeout, watcher);
            connected.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            client.create(node, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
            client.exists(node, true);
            return client;
        }
    }

    private static final class Curator {
        static CuratorFramework open(String connect, int timeout, String node) throws Exception {
            CuratorFramework client =
                    CuratorFrameworkFactory.newClient(connect, timeout, 2_000, new ExponentialBackoffRetry(100, 3));
            client.start();
            client.create().withMode(CreateMode.EPHEMERAL).forPath(node);
            client.checkExists().usingWatcher((Watcher) event -> {}).forPath(node);
            return client;
        }
    }

    private static final class Perennial {
        static ResilientSession open(String name, String connect, int timeout, String node, boolean awaited)
                throws Exception {
            ResilientSession session = ResilientSession.builder()
                    .name(name)
                    .connectString(connect)
                    .sessionTimeout(Duration.ofMillis(timeout))
                    .build()
                    .start();
            register(session, node, awaited);
            return session;
        }

        static void register(ResilientSession session, String node, boolean awaited) throws Exception {
            var registered = session.ephemerals().register(node, new byte[0]);
            session.watches().node(node, change -> {});
            if (awaited) {
                registered.whenHeld().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        }
    }

    /** The session that perennial-tomcat has opened by the application's parameters. */
    private static final class OfApplication {
        static void register(ServletContext application, boolean awaited) throws Exception {
            Perennial.register(ResilientSessions.of(application), application.getInitParameter(NODE), awaited);
        }
    }
}
