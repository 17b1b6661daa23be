package io.perennial.spring;

import io.perennial.Lease;
import io.perennial.Registration;
import io.perennial.ResilientSession;
import io.perennial.SessionInfo;
import io.perennial.SessionListener;
import io.perennial.SessionReport;
import io.perennial.SessionState;
import io.perennial.ephemeral.Ephemerals;
import io.perennial.operation.Operations;
import io.perennial.watch.Watches;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.apache.curator.framework.CuratorFramework;

/**
 * A session that starts itself when a caller asks for something that only a started session has: its operations, its
 * {@code CuratorFramework}, a connection. So a bean can use the servers in its constructor or {@code @PostConstruct},
 * and a bean that only registers nodes, watches or listeners starts nothing before its context is refreshed.
 */
public final class StartingSession implements ResilientSession {
    private final ResilientSession session;

    /**
     * Starts nothing yet.
     *
     * @param session built, not started
     */
    public StartingSession(ResilientSession session) {
        this.session = Objects.requireNonNull(session, "session must not be null");
    }

    private ResilientSession started() {
        if (session.state() == SessionState.LATENT) {
            session.start();
        }
        return session;
    }

    @Override
    public String name() {
        return session.name();
    }

    @Override
    public ResilientSession start() {
        session.start();
        return this;
    }

    @Override
    public boolean awaitConnected(Duration timeout) throws InterruptedException {
        return started().awaitConnected(timeout);
    }

    @Override
    public SessionState state() {
        return session.state();
    }

    @Override
    public Optional<SessionInfo> info() {
        return session.info();
    }

    @Override
    public Lease lease() {
        return session.lease();
    }

    @Override
    public Ephemerals ephemerals() {
        return session.ephemerals();
    }

    @Override
    public Watches watches() {
        return session.watches();
    }

    @Override
    public Operations operations() {
        return started().operations();
    }

    @Override
    public CuratorFramework curator() {
        return started().curator();
    }

    @Override
    public Registration addListener(SessionListener listener) {
        return session.addListener(listener);
    }

    @Override
    public SessionReport report() {
        return session.report();
    }

    @Override
    public void close() {
        session.close();
    }

    @Override
    public String toString() {
        return session.toString();
    }
}
