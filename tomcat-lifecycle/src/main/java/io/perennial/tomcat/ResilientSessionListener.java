package io.perennial.tomcat;

import io.perennial.ResilientSession;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import org.jspecify.annotations.Nullable;

/**
 * Opens a session when a web application starts, and closes it when the application stops or fails to start:
 *
 * <pre>{@code
 * <listener>
 *   <listener-class>io.perennial.tomcat.ResilientSessionListener</listener-class>
 * </listener>
 * <context-param>
 *   <param-name>perennial.connectString</param-name>
 *   <param-value>zk1:2181,zk2:2181,zk3:2181/shop</param-value>
 * </context-param>
 * }</pre>
 *
 * <p>Every property of {@link ResilientSession.Builder} has a context parameter: its name with "perennial." before it.
 * Durations are written as {@code 30s}, {@code authorization} as {@code scheme:credentials}, one per line, {@code
 * clientConfig} as the path of a properties file; for an object (listener, callbackExecutor, owner), or for the
 * Supplier of one (retry, circuitBreaker, their instances, rateLimiter, bulkhead, curator), give the name of its class.
 * Unknown names are refused.
 *
 * <p>Put it first in {@code web.xml}: listeners start in the order of their declaration and are destroyed in the
 * reverse order, so that all others find the session, and it is closed when they are done with it. The session is the
 * ServletContext attribute {@link ResilientSessions#ATTRIBUTE}; {@link ResilientSessions#of} finds it.
 *
 * <p>A subclass overrides {@link #configure} for what parameters cannot express, and {@link #prepare} for nodes and
 * watches. Its methods are called by the container, on the thread that starts or stops the application.
 */
public class ResilientSessionListener implements ServletContextListener {
    private @Nullable ResilientSession session;

    /** For the container. */
    public ResilientSessionListener() {}

    /**
     * Opens the session. Does not wait for a server: an application that needs to wait does so in {@link #prepare} or
     * later, with {@link ResilientSession#awaitConnected}.
     *
     * @throws IllegalArgumentException for a context parameter that is unknown or wrong, so that the application does
     *     not start
     * @throws IllegalStateException when the application has a session already
     */
    @Override
    public final void contextInitialized(ServletContextEvent event) {
        ServletContext application = event.getServletContext();
        if (ResilientSessions.find(application).isPresent()) {
            throw new IllegalStateException("web application '" + application.getContextPath()
                    + "' has a ZooKeeper session already, and " + getClass().getName()
                    + " would be its second: register one such listener only; where it is registered by code and not in"
                    + " web.xml, set context parameter 'perennial.initializer.session' to false");
        }
        session =
                ApplicationSession.open(application, ContextParameters.of(application), this::configure, this::prepare);
    }

    /** Closes the session, within its close timeout, if this listener opened it. */
    @Override
    public final void contextDestroyed(ServletContextEvent event) {
        ResilientSession opened = session;
        session = null;
        if (opened != null) {
            ApplicationSession.close(event.getServletContext(), opened);
        }
    }

    /**
     * Sets what context parameters cannot express. What is set here takes precedence over them. Does nothing unless
     * overridden.
     *
     * @param builder the builder, with the context parameters applied
     * @param application the web application
     */
    protected void configure(ResilientSession.Builder builder, ServletContext application) {}

    /**
     * Registers nodes, watches and listeners, which are in place from the first connection on. Does nothing unless
     * overridden. When it throws, the session is closed and the application does not start.
     *
     * @param session the session, not started yet
     * @param application the web application
     */
    protected void prepare(ResilientSession session, ServletContext application) {}
}
