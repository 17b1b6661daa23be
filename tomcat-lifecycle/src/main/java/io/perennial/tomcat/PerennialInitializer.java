package io.perennial.tomcat;

import io.perennial.ResilientSession;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the jar does merely by being in {@code WEB-INF/lib}; it needs no registration.
 *
 * <ul>
 *   <li>It guards the application's sessions, however they were made: it closes those still open when the application
 *       has stopped, or has failed to start, after the last {@code contextDestroyed} and before the class loader stops.
 *       Switched off by context parameter {@code perennial.initializer.guard} = false.
 *   <li>It opens a session if context parameter {@code perennial.connectString} is set and no {@link
 *       ResilientSessionListener} is registered to do so; {@link ResilientSessions#of} finds it from the first listener
 *       on. Switched off by {@code perennial.initializer.session} = false.
 * </ul>
 *
 * <p>Works on Tomcat. Elsewhere there is no guard, a session opened here is closed by a listener, and the session still
 * checks its owner by itself.
 */
public final class PerennialInitializer implements ServletContainerInitializer {
    /** For the container. */
    public PerennialInitializer() {}

    /**
     * Acts at once, because listeners added by an initializer start last.
     *
     * @throws ServletException when a context parameter is unknown or wrong, or two exclude each other. Tomcat then
     *     ends the start in an orderly way; after any other exception it would leave everything as it is
     */
    @Override
    public void onStartup(@Nullable Set<Class<?>> classes, ServletContext application) throws ServletException {
        try {
            ContextParameters parameters = ContextParameters.of(application);
            ContextGuard guard = guard(application, parameters);
            if (opensSession(application, parameters)) {
                open(application, parameters, guard);
            }
        } catch (RuntimeException e) {
            throw new ServletException(
                    "session of web application '" + application.getContextPath() + "': " + e.getMessage(), e);
        }
    }

    private static @Nullable ContextGuard guard(ServletContext application, ContextParameters parameters) {
        if (Boolean.FALSE.equals(parameters.flag(ContextParameters.INITIALIZER_GUARD))
                || !TomcatApplication.isTomcat(application)) {
            return null;
        }
        return ContextGuard.install(application);
    }

    private static boolean opensSession(ServletContext application, ContextParameters parameters) {
        Boolean wanted = parameters.flag(ContextParameters.INITIALIZER_SESSION);
        boolean possible = parameters.has(ContextParameters.CONNECT_STRING);
        String listener =
                TomcatApplication.isTomcat(application) ? TomcatApplication.sessionListener(application) : null;
        if (Boolean.TRUE.equals(wanted)) {
            String own = parameters.describe(ContextParameters.INITIALIZER_SESSION);
            if (!possible) {
                throw new IllegalArgumentException(own + " is 'true', but "
                        + parameters.describe(ContextParameters.CONNECT_STRING)
                        + " is not set; set it, or leave the former out");
            }
            if (listener != null) {
                throw new IllegalArgumentException(own + " is 'true', but the listener " + listener
                        + " is registered and would open a second session; remove one of the two");
            }
        }
        return possible && listener == null && !Boolean.FALSE.equals(wanted);
    }

    private static void open(ServletContext application, ContextParameters parameters, @Nullable ContextGuard guard) {
        ResilientSession session = ApplicationSession.open(application, parameters);
        if (guard != null) {
            guard.closeQuietly(session);
        } else {
            application.addListener(new ClosingListener(session));
        }
    }
}
