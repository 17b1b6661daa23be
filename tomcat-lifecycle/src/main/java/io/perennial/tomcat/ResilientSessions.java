package io.perennial.tomcat;

import io.perennial.ResilientSession;
import jakarta.servlet.ServletContext;
import java.util.Optional;

/** Finds the session of a web application. */
public final class ResilientSessions {
    /** The name of the {@link ServletContext} attribute that holds the session, from its opening to its close. */
    public static final String ATTRIBUTE = "io.perennial.session";

    private ResilientSessions() {}

    /**
     * The session that {@link ResilientSessionListener} or {@link PerennialInitializer} opened. Never blocks.
     *
     * @param application the web application
     * @return its session, in any state
     * @throws IllegalStateException when there is none (yet, or any more)
     */
    public static ResilientSession of(ServletContext application) {
        return find(application)
                .orElseThrow(() -> new IllegalStateException("web application '" + application.getContextPath()
                        + "' has no ZooKeeper session now: set context parameter 'perennial.connectString'; if a "
                        + ResilientSessionListener.class.getSimpleName()
                        + " opens it, it must be the first <listener> in web.xml"));
    }

    /**
     * The same, for applications that may have none.
     *
     * @param application the web application
     * @return its session, if it has one now
     */
    public static Optional<ResilientSession> find(ServletContext application) {
        return Optional.ofNullable((ResilientSession) application.getAttribute(ATTRIBUTE));
    }
}
