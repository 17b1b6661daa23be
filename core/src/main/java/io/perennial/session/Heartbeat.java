package io.perennial.session;

import io.perennial.engine.Ticker;
import io.perennial.handle.Handle;
import io.perennial.protocol.ErrorKind;
import java.time.Duration;
import java.util.function.IntConsumer;

/**
 * Keeps the lease fresh by a light request of the library's own, of which at most one waits for its answer. It is a
 * {@code sync}: that goes to the leader, who alone expires sessions; what a follower answers by itself, as a read or
 * ZooKeeper's own ping, it answers for {@code syncLimit} ticks (10 s by default) after it has lost the leader. The answer
 * comes through the handle's event thread, as every asynchronous answer does: an event thread that is blocked stops it
 * (S-06).
 *
 * <p>Concurrency: confined to the event loop, but for the acknowledgement, which goes straight to the lease.
 */
final class Heartbeat {
    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final Duration SHORTEST = Duration.ofMillis(20);

    private final LeaseClock lease;
    private final Ticker ticker;
    private long lastSent;
    private volatile boolean waiting;

    Heartbeat(LeaseClock lease, Ticker ticker) {
        this.lease = lease;
        this.ticker = ticker;
        this.lastSent = ticker.nanos();
    }

    /** How often to beat: six times in a session timeout, as ZooKeeper's own pings come three times. */
    static Duration interval(Duration sessionTimeout) {
        Duration sixth = sessionTimeout.dividedBy(6);
        if (sixth.compareTo(LONGEST) > 0) {
            return LONGEST;
        }
        return sixth.compareTo(SHORTEST) < 0 ? SHORTEST : sixth;
    }

    /** Beats if it is time. */
    void tick(Handle handle, long sessionId, Duration negotiatedTimeout) {
        long now = ticker.nanos();
        if (!waiting && now - lastSent >= interval(negotiatedTimeout).toNanos()) {
            lastSent = now;
            waiting = true;
            handle.zooKeeper().sync("/", (rc, path, ctx) -> answered(rc, sessionId, now), null);
        }
    }

    /**
     * The first questions on a connection. The server catches up with its leader: a handle that has seen nothing may have
     * come to a lagging server (S-30). And whether there is a root to look at.
     */
    void first(Handle handle, long sessionId, IntConsumer root) {
        long now = ticker.nanos();
        handle.zooKeeper().sync("/", (rc, path, ctx) -> acknowledge(rc, sessionId, now), null);
        handle.zooKeeper()
                .exists(
                        "/",
                        false,
                        (rc, path, ctx, stat) -> {
                            if (isAnswer(rc)) {
                                root.accept(rc);
                            }
                        },
                        null);
    }

    /** A new connection: what was under way is not waited for. */
    void connectionChanged() {
        waiting = false;
        lastSent = ticker.nanos();
    }

    private void answered(int rc, long sessionId, long sentAt) {
        waiting = false;
        acknowledge(rc, sessionId, sentAt);
    }

    private void acknowledge(int rc, long sessionId, long sentAt) {
        if (isAnswer(rc)) {
            lease.acknowledge(sessionId, sentAt);
        }
    }

    /** Whether the server said something, be it a refusal; as opposed to the client giving up. */
    static boolean isAnswer(int rc) {
        return !ErrorKind.of(rc).isTrouble();
    }
}
