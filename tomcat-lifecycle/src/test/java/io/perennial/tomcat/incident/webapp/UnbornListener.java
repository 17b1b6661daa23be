package io.perennial.tomcat.incident.webapp;

import jakarta.servlet.ServletContextListener;

/** Its constructor throws: no listener of web.xml gets a call. */
public final class UnbornListener implements ServletContextListener {
    public UnbornListener() {
        throw Opened.failure();
    }
}
