package io.perennial.samples.incident.webapp;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/** Registers the shop with ZooKeeper's own client and watches its entry. It never closes the client. */
public final class RawShop implements ServletContextListener {
    private static final int SESSION_TIMEOUT_MILLIS = 30_000;
    private static final int PATIENCE_SECONDS = 20;

    /** For Tomcat. */
    public RawShop() {}

    @Override
    public void contextInitialized(ServletContextEvent event) {
        History.live();
        ServletContext application = event.getServletContext();
        try {
            register(application.getInitParameter("servers"), application.getInitParameter("node"));
        } catch (IOException | KeeperException e) {
            throw new IllegalStateException("The shop cannot be registered", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void register(String servers, String node)
            throws IOException, KeeperException, InterruptedException {
        var connected = new CountDownLatch(1);
        var client = new ZooKeeper(servers, SESSION_TIMEOUT_MILLIS, event -> {
            if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
                connected.countDown();
            }
        });
        if (!connected.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("not connected to " + servers + " within " + PATIENCE_SECONDS + " s");
        }
        client.create(node, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
        client.exists(node, (WatchedEvent change) -> {});
    }
}
