package io.perennial.tomcat.incident.webapp;

import jakarta.servlet.http.HttpServlet;

/** Loaded on start-up, by an application without any listener; the session is in a static field. */
public final class OpeningServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    public void init() {
        Opened.open(getServletContext());
    }
}
