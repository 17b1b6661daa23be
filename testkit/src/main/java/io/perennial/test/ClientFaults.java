package io.perennial.test;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.ZooKeeper;

/** Faults on the client's side. Each has taken effect when its method returns. */
public final class ClientFaults {
    private static final Duration CALLBACK = Duration.ofSeconds(1);

    private ClientFaults() {}

    /**
     * Makes a client believe that its session has expired: it receives {@code Expired} and ends. The server knows
     * nothing of it and keeps the session, with its ephemeral nodes, until the timeout. To make the server expire the
     * session, see {@link ZooKeeperService#expireSession(long)}. Do not call this from one of the client's callbacks.
     *
     * @param zooKeeper the client, connected or not; nothing happens to one that has ended
     */
    public static void expire(ZooKeeper zooKeeper) {
        Thread caller = Thread.currentThread();
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch expired = new CountDownLatch(1);
        zooKeeper.exists("/", false, (code, path, context, stat) -> await(caller, held, expired), null);
        try {
            // The client reports the expiry before it counts as closed. Closing it in between, as Curator does, would
            // close the session at the server: so the event thread is kept busy meanwhile. That of a disconnected
            // client need not be.
            held.await(CALLBACK.toMillis(), TimeUnit.MILLISECONDS);
            zooKeeper.getTestable().injectSessionExpiration();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            expired.countDown();
        }
    }

    /** A client whose event thread has ended calls back on the thread that asks, which would then wait for itself. */
    private static void await(Thread caller, CountDownLatch held, CountDownLatch expired) {
        held.countDown();
        if (Thread.currentThread() == caller) {
            return;
        }
        try {
            expired.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
     * would: clients and embedded servers stand still, clocks do not. Returns when it is over. Use a server in a
     * separate JVM: an embedded one would stand still as well. Needs {@code sh} and {@code kill}.
     *
     * @param pause how long
     */
    public static void pauseThisJvm(Duration pause) {
        long pid = ProcessHandle.current().pid();
        String seconds = String.format(Locale.ROOT, "%.3f", pause.toNanos() / 1e9);
        Commands.run(List.of("sh", "-c", "kill -STOP %d && sleep %s; kill -CONT %1$d".formatted(pid, seconds)));
    }
}
