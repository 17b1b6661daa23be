package io.perennial.tomcat.incident.webapp;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;

/** Before the one that opens the session, or after it. */
public class ThrowingListener implements ServletContextListener {
    @Override
    public void contextInitialized(ServletContextEvent event) {
        Opened.passGate(event.getServletContext());
        throw Opened.failure();
    }

    /** Tomcat calls the listeners after it all the same, one of which opens the session. */
    public static final class Early extends ThrowingListener {
        @Override
        public void contextInitialized(ServletContextEvent event) {
            throw Opened.failure();
        }
    }

    /** Behind the one that opens the session: lets the application's failure take its course. */
    public static final class Waiting extends ThrowingListener {
        @Override
        public void contextInitialized(ServletContextEvent event) {
            Opened.passGate(event.getServletContext());
        }
    }
}
