package io.perennial.spring.boot;

import io.perennial.ResilientSession;
import io.perennial.spring.SessionPhases;
import io.perennial.spring.boot.diagnostics.ZooKeeperUnreachableException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.SmartLifecycle;

/** Makes the start wait for the sessions that are to fail fast. */
final class FailFastStart implements SmartLifecycle {
    private final Map<ResilientSession, Duration> expected = new ConcurrentHashMap<>();
    private volatile boolean running;

    /** The start is to wait for it. */
    void expect(ResilientSession session, Duration timeout) {
        expected.put(session, timeout);
    }

    @Override
    public void start() {
        running = true;
        expected.forEach(FailFastStart::await);
    }

    private static void await(ResilientSession session, Duration timeout) {
        try {
            if (!session.awaitConnected(timeout)) {
                throw new ZooKeeperUnreachableException(session.report(), timeout);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(
                    "session '" + session.name() + "': interrupted while it waited for its connection", e);
        }
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** As the sessions themselves. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    /** Right after the sessions have started. */
    @Override
    public int getPhase() {
        return SessionPhases.SESSION + 1;
    }
}
