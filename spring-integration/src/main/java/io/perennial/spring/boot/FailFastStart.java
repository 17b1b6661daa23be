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
 * Makes the start wait for the sessions that are to fail fast. They connect at the same time, so that the start takes no
 * longer than the longest of their timeouts; a session that the servers refuse ends the wait at once.
 */
final class FailFastStart implements SmartLifecycle {
    /** A failure ends no wait of the session's, for the session tries on: so it is looked for. */
    private static final Duration GLANCE = Duration.ofMillis(50);

    private final LongSupplier nanoTime;
    private final List<Expected> expected = new CopyOnWriteArrayList<>();
    private volatile boolean running;

    /**
     * A session that the start is to wait for.
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

    /** The start is to wait for it. */
    void expect(ResilientSession session, String prefix, String connectString, Duration timeout) {
        expected.add(new Expected(session, prefix, connectString, timeout));
    }

    @Override
    public void start() {
        running = true;
        long began = nanoTime.getAsLong();
        expected.forEach(each -> await(each, began));
    }

    private void await(Expected expected, long began) {
        ResilientSession session = expected.session;
        try {
            while (!session.awaitConnected(GLANCE)) {
                SessionState state = session.state();
                Duration waited = Duration.ofNanos(nanoTime.getAsLong() - began);
                if (state == SessionState.FAILED) {
                    throw new SessionFailedException(session.report(), expected.prefix);
                }
                if (state == SessionState.CLOSED || waited.compareTo(expected.timeout) >= 0) {
                    throw new ZooKeeperUnreachableException(
                            session.report(), expected.prefix, expected.connectString, waited);
                }
            }
        } catch (SessionUnavailableException e) {
            // Of a chroot that is missing, a wait knows.
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
