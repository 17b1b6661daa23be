package io.perennial.tomcat.incident.webapp;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;

/** Loaded on start-up, after the session was opened. */
public final class ThrowingServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    public void init() throws ServletException {
        Opened.passGate(getServletContext());
        throw new ServletException(Opened.failure());
    }
}
