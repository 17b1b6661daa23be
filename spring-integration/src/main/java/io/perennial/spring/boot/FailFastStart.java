package io.perennial.spring.boot;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.operation.SessionUnavailableException;
import io.perennial.spring.SessionPhases;
import io.perennial.spring.boot.diagnostics.SessionFailedException;
import io.perennial.spring.boot.diagnostics.ZooKeeperUnreachableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.springframework.context.SmartLifecycle;

/**
 * Makes the start wait for the fail-fast sessions. They connect at the same time, so that the start takes no longer
 * than the longest of their timeouts; a session that the servers refuse ends the wait at once.
 */
final class FailFastStart implements SmartLifecycle {
    /** A failure does not end the session's own wait, because the session goes on trying: so this looks for it. */
    private static final Duration GLANCE = Duration.ofMillis(50);

    private final LongSupplier nanoTime;
    private final List<Expected> expected = new CopyOnWriteArrayList<>();
    private volatile boolean running;

    /**
     * A session that the start waits for.
     *
     * @param prefix what its properties begin with
     */
    private record Expected(ResilientSession session, String prefix, String connectString, Duration timeout) {}

    FailFastStart() {
        this(System::nanoTime);
    }

    FailFastStart(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Makes the start wait for it. */
    void expect(ResilientSession session, String prefix, String connectString, Duration timeout) {
        expected.add(new Expected(session, prefix, connectString, timeout));
    }

    /** The context cannot be closed before this returns, so that the end of the JVM would have to wait, too. */
    @Override
    public void start() {
        running = true;
        if (expected.isEmpty()) {
            return;
        }
        long began = nanoTime.getAsLong();
        try (var shutdown = new JvmShutdown()) {
            expected.forEach(each -> await(each, began, shutdown));
        }
    }

    private void await(Expected expected, long began, JvmShutdown shutdown) {
        ResilientSession session = expected.session;
        try {
            while (!session.awaitConnected(GLANCE)) {
                SessionState state = session.state();
                Duration waited = Duration.ofNanos(nanoTime.getAsLong() - began);
                if (shutdown.hasBegun()) {
                    throw new IllegalStateException("session '" + session.name()
                            + "': the JVM shuts down while the start waits for its connection, since "
                            + waited.toMillis() + " ms");
                }
                if (state == SessionState.FAILED) {
                    throw new SessionFailedException(session.report(), expected.prefix);
                }
                if (state == SessionState.CLOSED || waited.compareTo(expected.timeout) >= 0) {
                    throw new ZooKeeperUnreachableException(
                            session.report(), expected.prefix, expected.connectString, waited);
                }
            }
        } catch (SessionUnavailableException e) {
            // The wait has found that the chroot does not exist.
            throw new SessionFailedException(session.report(), expected.prefix);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(
                    "session '" + session.name() + "': interrupted while the start waited for its connection", e);
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

    /** Overrides what Spring has since 7.0: a paused context keeps its sessions. */
    @SuppressWarnings("MissingOverride")
    public boolean isPauseable() {
        return false;
    }

    /** Right after the sessions have started. */
    @Override
    public int getPhase() {
        return SessionPhases.SESSION + 1;
    }
}
