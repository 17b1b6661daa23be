package io.perennial.tomcat.incident.webapp.spring;

import io.perennial.tomcat.incident.webapp.Opened;
import jakarta.servlet.ServletContext;

/** Has opened the session when its constructor returns, and has nothing that Spring would call to close it. */
public class Holder {
    final ServletContext application;

    public Holder(ServletContext application) {
        this.application = application;
        Opened.open(application);
    }
}
