package io.perennial.tomcat.incident.webapp;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;

/** Opens the session and forgets it. */
public final class OpeningListener implements ServletContextListener {
    @Override
    public void contextInitialized(ServletContextEvent event) {
        Opened.open(event.getServletContext());
    }
}
