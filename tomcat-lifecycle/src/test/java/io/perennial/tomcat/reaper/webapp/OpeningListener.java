package io.perennial.tomcat.reaper.webapp;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;

/** Opens a client, and throws afterwards if the application is to fail. */
public final class OpeningListener implements ServletContextListener {
    @Override
    public void contextInitialized(ServletContextEvent event) {
        try {
            Client.open(event.getServletContext());
            if (event.getServletContext().getAttribute("opener") != null) {
                Client.openWhenTold(event.getServletContext());
            }
        } catch (Exception e) {
            throw new IllegalStateException("the test itself failed", e);
        }
        if (event.getServletContext().getInitParameter(Client.FAIL) != null) {
            throw new IllegalStateException("the application fails to start, as it should in this test");
        }
    }
}
