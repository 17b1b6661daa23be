package io.perennial.samples.incident.webapp;

import io.perennial.ResilientSession;
import io.perennial.tomcat.ResilientSessions;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.time.Duration;

/** The same with the session that {@code ResilientSessionListener} has opened, and will close. */
public final class ListenerShop implements ServletContextListener {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** For Tomcat. */
    public ListenerShop() {}

    @Override
    public void contextInitialized(ServletContextEvent event) {
        History.live();
        ServletContext application = event.getServletContext();
        String node = application.getInitParameter("node");
        ResilientSession session = ResilientSessions.of(application);
        session.ephemerals().register(node, new byte[0]);
        session.watches().node(node, change -> {});
        try {
            if (!session.awaitConnected(PATIENCE)) {
                throw new IllegalStateException("The shop cannot be registered: the session is " + session.state());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
