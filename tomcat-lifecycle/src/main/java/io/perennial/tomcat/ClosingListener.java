package io.perennial.tomcat;

import io.perennial.ResilientSession;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;

/** Closes a session that an initializer opened, where there is no guard to do it later. */
final class ClosingListener implements ServletContextListener {
    private final ResilientSession session;

    ClosingListener(ResilientSession session) {
        this.session = session;
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        ApplicationSession.close(event.getServletContext(), session);
    }
}
