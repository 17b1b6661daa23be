package io.perennial.internal.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.perennial.Lease;
import io.perennial.Registration;
import io.perennial.ResilientSession;
import io.perennial.ResilientSessionException;
import io.perennial.SessionInfo;
import io.perennial.SessionListener;
import io.perennial.SessionOwner;
import io.perennial.SessionReport;
import io.perennial.SessionState;
import io.perennial.SessionTransition.Cause;
import io.perennial.ephemeral.Ephemerals;
import io.perennial.internal.engine.SessionThreads;
import io.perennial.internal.engine.UserCode;
import io.perennial.internal.jmx.SessionRegistration;
import io.perennial.internal.owner.ClassLoaderOwner;
import io.perennial.internal.owner.ClassPreloader;
import io.perennial.internal.owner.Owners;
import io.perennial.internal.state.SessionConfig;
import io.perennial.internal.state.StateMachine;
import io.perennial.operation.Operations;
import io.perennial.operation.SessionClosedException;
import io.perennial.operation.SessionUnavailableException;
import io.perennial.watch.Watches;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.imps.CuratorFrameworkState;
import org.jspecify.annotations.Nullable;

/**
 * The session as an application holds it: provides access to its parts, starts and ends them. Internal to the library;
 * public because containers call {@code close} by reflection on the object's class.
 */
public final class CuratorSession implements ResilientSession {
    private final SessionConfig config;
    private final SessionParts parts;
    private final SessionCloser closer;
    private final SessionRegistration registration;

    private final Object startLock = new Object();

    @GuardedBy("startLock")
    private boolean loopStarted;

    private final AtomicBoolean started = new AtomicBoolean();
    private volatile @Nullable Throwable startFailure;

    CuratorSession(SessionConfig config, SessionThreads threads) {
        var ensemble = new LifecycleEnsembleProvider(
                config.handles().ensemble(), this::startFromCurator, this::failToStart, this::close);
        this.config = config;
        this.parts = new SessionParts(config, threads, ensemble, this::beginCloseWithOwner);
        this.closer = new SessionCloser(parts);
        this.registration = new SessionRegistration(this, (what, e) -> parts.log.warnThrottled("jmx", what, e));
    }

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public ResilientSession start() {
        refuseIfClosed();
        if (started.compareAndSet(false, true) && parts.curator.getState() == CuratorFrameworkState.LATENT) {
            // Curator starts its ensemble provider, and that starts the session: one way in for every caller.
            parts.curator.start();
            Throwable failure = startFailure;
            if (failure != null) {
                throw failure instanceof RuntimeException unchecked
                        ? unchecked
                        : new ResilientSessionException(
                                "session '" + name() + "' cannot start: " + failure.getMessage(), failure);
            }
        }
        return this;
    }

    /** Called from within Curator's start. */
    private void startFromCurator() {
        ClassPreloader.once();
        parts.journal.keepUp();
        boolean inTime;
        synchronized (startLock) {
            if (parts.closing.hasBegun()) {
                // Curator has started some of its threads by now.
                parts.threads
                        .role("close-curator")
                        .newThread(parts.curator::close)
                        .start();
                refuseIfClosed();
            }
            started.set(true);
            parts.owner.listen(this::endWithOwner);
            startLoop();
            parts.supervision.begin();
            inTime = StartedSessions.add(this);
        }
        if (!inTime) {
            beginClose(SessionCloser.Reason.JVM_ENDS);
        }
        registration.begin();
        if (parts.closing.hasBegun()) {
            return; // The JVM might not wait for what would be started now.
        }
        Throwable failure = UserCode.run(this::makeFirstHandle);
        if (failure != null) {
            failToStart(failure);
            throw new ResilientSessionException(
                    "session '" + name() + "' cannot start: " + failure.getMessage(), failure);
        }
    }

    private void makeFirstHandle() throws Exception {
        parts.handles.replace(null, made -> parts.loop.offer(() -> parts.engine.started(made)));
    }

    private void failToStart(Throwable e) {
        startFailure = e;
        close();
    }

    private void startLoop() {
        synchronized (startLock) {
            if (!loopStarted) {
                parts.loop.start();
                loopStarted = true;
            }
        }
    }

    /** On the thread that stops the owner, which continues when the session has ended, or has had its time to end. */
    private void endWithOwner() {
        beginCloseWithOwner();
        awaitClosed(CloseBudget.AFTER_THE_OWNERS_END);
    }

    private void beginCloseWithOwner() {
        beginClose(SessionCloser.Reason.OWNER_STOPPED);
    }

    @Override
    public boolean awaitConnected(Duration timeout) throws InterruptedException {
        if (timeout == null || timeout.isNegative()) {
            throw new IllegalArgumentException("timeout is " + timeout + "; it must be zero or positive");
        }
        StateMachine.Snapshot seen = parts.states.await(CuratorSession::endsTheWait, timeout);
        if (seen.cause() == Cause.CHROOT_MISSING) {
            throw new SessionUnavailableException("session '" + name() + "': " + seen.detail());
        }
        return seen.state() == SessionState.CONNECTED;
    }

    private static boolean endsTheWait(StateMachine.Snapshot seen) {
        return seen.state() == SessionState.CONNECTED
                || seen.state() == SessionState.CLOSED
                || seen.cause() == Cause.CHROOT_MISSING;
    }

    @Override
    public SessionState state() {
        return parts.states.now().state();
    }

    @Override
    public String toString() {
        return "session '" + name() + "' (" + state() + ")";
    }

    @Override
    public Optional<SessionInfo> info() {
        return Optional.ofNullable(parts.states.now().session());
    }

    @Override
    public Lease lease() {
        return parts.lease;
    }

    @Override
    public Ephemerals ephemerals() {
        return parts.ephemerals;
    }

    @Override
    public Watches watches() {
        return parts.watches;
    }

    @Override
    public Operations operations() {
        return parts.operations;
    }

    @Override
    public CuratorFramework curator() {
        return parts.curator;
    }

    @Override
    public Registration addListener(SessionListener listener) {
        if (listener == null) {
            throw new IllegalArgumentException("listener is null; give one");
        }
        refuseIfClosed();
        return parts.listeners.add(listener, parts.states.now().number());
    }

    @Override
    public SessionReport report() {
        return parts.reporter.report();
    }

    @Override
    public void close() {
        beginClose(SessionCloser.Reason.CLOSED);
        if (!isCalledFromWithin()) {
            awaitClosed(config.closeTimeout());
        }
    }

    /**
     * Starts the close, unless it has started; returns whether this call did. Does not block, as long as threads can be
     * started.
     */
    boolean beginClose(SessionCloser.Reason reason) {
        return parts.closing.begin(() -> end(reason));
    }

    private void end(SessionCloser.Reason reason) {
        parts.supervision.end();
        SessionInfo last = parts.states.now().session();
        if (reason == SessionCloser.Reason.OWNER_STOPPED) {
            logOwnerEnded();
        }
        try {
            startLoop();
            closer.close(reason);
        } finally {
            if (reason == SessionCloser.Reason.OWNER_STOPPED) {
                parts.journal.orphanEnded(parts.owner::describe, last);
            }
            StartedSessions.remove(this);
            registration.end();
            parts.owner.stopListening();
        }
    }

    /**
     * Logs one line, and then no more: the logging belongs to the owner too. Not on a container thread, to which the
     * logging might tie its per-thread data (log4j 2 does).
     */
    private void logOwnerEnded() {
        parts.log.warn(
                parts.owner.describe() + " has ended without closing this session; the session closes itself now");
        parts.log.silence();
    }

    void awaitClosed(Duration timeout) {
        parts.closing.await(timeout);
    }

    /** Whether the calling thread is one that a close waits for. */
    boolean isCalledFromWithin() {
        return parts.threads.isOwnThread() || parts.callbacks.inCallback() || parts.workers.completions.inCompletion();
    }

    Duration closeTimeout() {
        return config.closeTimeout();
    }

    ClassLoader contextClassLoader() {
        return parts.threads.contextClassLoader();
    }

    /** Whether neither a container nor a context ends it, and the application has not said that it does. */
    boolean endsWithTheJvm() {
        return config.closeAtShutdown()
                && (config.owner() == Owners.jvm()
                        || (config.owner() instanceof ClassLoaderOwner loader && loader.endsWithTheJvm()));
    }

    /** Whether its owner is that loader, or one below it. */
    boolean belongsWithin(ClassLoader owner) {
        return config.owner() instanceof ClassLoaderOwner loader && loader.isOfLoaderWithin(owner);
    }

    boolean belongsTo(SessionOwner owner) {
        return config.owner() == owner || (config.owner() instanceof ClassLoaderOwner loader && loader.isWithin(owner));
    }

    private void refuseIfClosed() {
        if (parts.closing.hasBegun()) {
            throw new SessionClosedException("session '" + name() + "' is closed; build another one");
        }
    }
}
