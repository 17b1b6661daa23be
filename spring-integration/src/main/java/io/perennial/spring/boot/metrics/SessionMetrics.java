package io.perennial.spring.boot.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.perennial.ResilientSession;
import io.perennial.SessionState;
import java.util.Objects;

/**
 * One session's meters; {@code docs/spring.md} lists them. They have the tag {@code session}, and are removed from the
 * registry when the session closes.
 *
 * <p>Reading them calls no server and waits for none. Spring Boot binds them for all sessions of a context; elsewhere
 * {@code new SessionMetrics(session).bindTo(registry)} is enough.
 */
public final class SessionMetrics implements MeterBinder {
    private final ResilientSession session;
    private final String name;

    /**
     * Meters with the session's name.
     *
     * @param session started or not
     */
    public SessionMetrics(ResilientSession session) {
        this(session, session.name());
    }

    /**
     * Meters with another name, for when two sessions have the same.
     *
     * @param session started or not
     * @param name the value of the tag {@code session}
     */
    public SessionMetrics(ResilientSession session, String name) {
        this.session = Objects.requireNonNull(session, "session must not be null");
        this.name = Objects.requireNonNull(name, "name must not be null");
    }

    /**
     * Registers them; does nothing when the session is closed. They replace those that another session left under that
     * name: the counts of one session do not continue in the next.
     *
     * @param registry where to register them
     */
    @Override
    public void bindTo(MeterRegistry registry) {
        if (session.state() != SessionState.CLOSED) {
            new BoundMeters(session, name, registry).listen();
        }
    }
}
