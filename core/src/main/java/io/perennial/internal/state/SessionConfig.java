package io.perennial.internal.state;

import io.perennial.ClampPolicy;
import io.perennial.RestorePolicy;
import io.perennial.SessionListener;
import io.perennial.SessionOwner;
import io.perennial.internal.handle.HandleConfig;
import io.perennial.operation.Resilience;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ZKConfig;
import org.jspecify.annotations.Nullable;

/** A session's configuration, checked and sealed. */
public record SessionConfig(
        String name,
        String namespace,
        HandleConfig handles,
        CuratorFrameworkFactory.Builder curator,
        Duration curatorConnectionTimeout,
        Duration closeTimeout,
        Duration operationTimeout,
        Resilience resilience,
        RestorePolicy restore,
        int serverMaxBuffer,
        ClampPolicy onTimeoutClamped,
        @Nullable Duration leaseMargin,
        @Nullable Executor callbackExecutor,
        @Nullable Executor futureExecutor,
        SessionOwner owner,
        boolean closeAtShutdown,
        ClassLoader contextClassLoader,
        List<SessionListener> listeners) {

    /** A server's {@code jute.maxbuffer} unless set. */
    public static final int DEFAULT_MAX_BUFFER = 0xfffff;

    private static final Duration LONGEST_TICK = Duration.ofMillis(500);
    private static final Duration SHORTEST_TICK = Duration.ofMillis(10);
    private static final Duration SHORTEST_STANDSTILL = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSES = Duration.ofSeconds(10);

    /**
     * The limit for one request, and for one answer: a side breaks the connection at anything longer than its own
     * limit.
     */
    public int maxPacket() {
        return Math.min(maxAnswer(), serverMaxBuffer);
    }

    /** What the client accepts. */
    public int maxAnswer() {
        return handles.clientConfig().getInt(ZKConfig.JUTE_MAXBUFFER, ZKClientConfig.CLIENT_MAX_PACKET_LENGTH_DEFAULT);
    }

    public Duration sessionTimeout() {
        return handles.sessionTimeout();
    }

    /** How often the session checks on itself. */
    public Duration tickInterval() {
        Duration part = sessionTimeout().dividedBy(20);
        if (part.compareTo(LONGEST_TICK) > 0) {
            return LONGEST_TICK;
        }
        return part.compareTo(SHORTEST_TICK) < 0 ? SHORTEST_TICK : part;
    }

    /**
     * How many looks of the watchdog may find the same before it is reported; two seconds' worth at least, because
     * machines can be slow.
     */
    public int looksBeforeAStandstill() {
        Duration part = sessionTimeout().dividedBy(3);
        Duration bound = part.compareTo(SHORTEST_STANDSTILL) < 0 ? SHORTEST_STANDSTILL : part;
        return (int) Math.max(2, bound.dividedBy(tickInterval()));
    }

    /** How long an unconnected handle may make no attempt: longer than an attempt takes, with the pause before it. */
    public Duration patienceWithAHandle() {
        Duration attempts = handles.connectTimeout().multipliedBy(2).plus(LONGEST_PAUSES);
        return attempts.compareTo(sessionTimeout()) < 0 ? sessionTimeout() : attempts;
    }
}
