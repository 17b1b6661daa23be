package io.perennial.test;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.ZooKeeper;

/** Faults of the client's side. Each has taken effect when its method returns. */
public final class ClientFaults {
    private ClientFaults() {}

    /**
     * Has a client take its session for expired: it is told so and ends. The server knows nothing of it and keeps the
     * session, with its ephemeral nodes, until the timeout. To have the server do it, see {@link
     * ZooKeeperService#expireSession(long)}.
     *
     * @param zooKeeper the client, connected or not
     */
    public static void expire(ZooKeeper zooKeeper) {
        zooKeeper.getTestable().injectSessionExpiration();
    }

    /**
     * {@link #expire(ZooKeeper)} for Curator's current client. Curator makes another one.
     *
     * @param curator started
     * @throws IllegalStateException when it has no client
     */
    public static void expire(CuratorFramework curator) {
        try {
            expire(curator.getZookeeperClient().getZooKeeper());
        } catch (Exception e) {
            throw new IllegalStateException("Curator has no client to expire", e);
        }
    }

    /**
     * Stops this whole JVM by SIGSTOP and lets it go on by SIGCONT, as a long garbage collection or a suspended machine
     * would: clients, embedded servers, clocks of nobody. Returns when it is over. Use a server in a JVM of its own: an
     * embedded one would stand still as well. Needs {@code sh} and {@code kill}.
     *
     * @param pause how long
     */
    public static void pauseThisJvm(Duration pause) {
        long pid = ProcessHandle.current().pid();
        String seconds = String.format(Locale.ROOT, "%.3f", pause.toNanos() / 1e9);
        Commands.run(List.of("sh", "-c", "kill -STOP %d && sleep %s; kill -CONT %1$d".formatted(pid, seconds)));
    }
}
