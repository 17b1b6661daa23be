package io.perennial.spring.boot.endpoint;

import io.perennial.ResilientSession;
import io.perennial.SessionReport;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * The current sessions, read from memory: no server is called, and nothing waits. Names and values are those of {@link
 * SessionReport#toMap()}; they never contain a secret.
 */
@Endpoint(id = "zookeepersessions")
public final class SessionsEndpoint {
    private static final Set<String> JOURNAL = Set.of("transitions", "restorations");

    private final Map<String, ResilientSession> sessions;

    /**
     * Shows these sessions.
     *
     * @param sessions by name
     */
    public SessionsEndpoint(Map<String, ResilientSession> sessions) {
        this.sessions = sessions;
    }

    /**
     * All sessions, without their journals.
     *
     * @return {@code sessions}: by name, each with the fields of its report but {@code transitions} and {@code
     *     restorations}
     */
    @ReadOperation
    public Map<String, Object> sessions() {
        var all = new LinkedHashMap<String, Object>();
        sessions.forEach((name, session) -> all.put(name, withoutJournal(session.report())));
        return Map.of("sessions", all);
    }

    /**
     * One session, with its journal: the last transitions and restorations.
     *
     * @param name its name in the list of all
     * @return all fields of its report; null, which is a 404, when there is no such session
     */
    @ReadOperation
    public @Nullable Map<String, @Nullable Object> session(@Selector String name) {
        ResilientSession session = sessions.get(name);
        return session == null ? null : session.report().toMap();
    }

    private static Map<String, @Nullable Object> withoutJournal(SessionReport report) {
        var fields = new LinkedHashMap<>(report.toMap());
        fields.keySet().removeAll(JOURNAL);
        return fields;
    }
}
