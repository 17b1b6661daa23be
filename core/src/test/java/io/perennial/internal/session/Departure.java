package io.perennial.internal.session;

import io.perennial.test.IndependentClient;
import io.perennial.testing.SessionRig;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/** When an independent client first sees that a session's ephemeral node is gone, by {@link System#nanoTime}. */
final class Departure implements AutoCloseable {
    private static final long LONGEST_WAIT_MILLIS = 20;

    private final IndependentClient client;
    private final String path;
    private final long owner;
    private final CompletableFuture<Long> gone = new CompletableFuture<>();
    private final Thread thread = new Thread(this::look, "test-departure");
    private volatile boolean closed;

    /** Looks from now on; the client is this one's alone. */
    Departure(IndependentClient client, String path, long owner) {
        this.client = client;
        this.path = path;
        this.owner = owner;
        thread.setDaemon(true);
        thread.start();
    }

    private void look() {
        while (!closed && !gone.isDone()) {
            try {
                ZooKeeper raw = client.raw();
                var changed = new CountDownLatch(1);
                Stat stat = raw.exists(path, event -> changed.countDown());
                long now = System.nanoTime();
                if (stat == null || stat.getEphemeralOwner() != owner) {
                    gone.complete(now);
                } else {
                    changed.await(LONGEST_WAIT_MILLIS, TimeUnit.MILLISECONDS);
                }
            } catch (KeeperException | IllegalStateException e) {
                // The server is away; asked again.
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    boolean isGone() {
        return gone.isDone();
    }

    /** Waits for it. */
    long nanos() {
        return gone.orTimeout(SessionRig.PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        thread.join(SessionRig.PATIENCE.toMillis());
    }
}
