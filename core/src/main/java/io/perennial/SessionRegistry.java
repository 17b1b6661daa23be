package io.perennial;

import io.perennial.internal.session.StartedSessions;
import java.time.Duration;
import java.util.List;

/** All sessions made by this copy of the library that are started and not closed. Thread-safe. */
public final class SessionRegistry {
    private SessionRegistry() {}

    /**
     * The sessions.
     *
     * @return a copy, in no order
     */
    public static List<ResilientSession> sessions() {
        return StartedSessions.all();
    }

    /**
     * Closes every session that belongs to the given loader: those built while it, or a descendant of it, was the
     * thread's context class loader; all sessions, if this copy of the library was loaded by it or a descendant of it,
     * as from a web application's own {@code WEB-INF/lib}; and every session with an owner that was {@linkplain
     * SessionOwner#ofClassLoader made of it}. It also waits for sessions whose close another caller has begun, but not
     * for a session from whose callback it is called. Blocks up to the timeout, or up to the sessions' close timeouts
     * if those are shorter.
     *
     * @param owner the loader
     * @param timeout how long to wait in all; positive
     * @return how many were closed, or began to close, by this call
     */
    public static int closeAll(ClassLoader owner, Duration timeout) {
        return StartedSessions.closeAll(owner, timeout);
    }

    /**
     * Closes every session that was built with this very owner, or while it was {@linkplain SessionOwner#makeCurrent
     * current}. Blocks up to the timeout, or up to the sessions' close timeouts if those are shorter.
     *
     * @param owner the owner
     * @param timeout how long to wait in all; positive
     * @return how many were closed, or began to close, by this call
     */
    public static int closeAll(SessionOwner owner, Duration timeout) {
        return StartedSessions.closeAll(owner, timeout);
    }
}
