package io.perennial.tomcat.incident.webapp;

import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import java.util.Set;

/** Opens the session, and throws afterwards if it is told what. */
public final class OpeningInitializer implements ServletContainerInitializer {
    public static final String THROWS = "initializer-throws";

    @Override
    public void onStartup(Set<Class<?>> classes, ServletContext application) throws ServletException {
        Opened.open(application);
        Opened.passGate(application);
        String what = application.getInitParameter(THROWS);
        if ("ServletException".equals(what)) {
            throw new ServletException(Opened.failure());
        }
        if (what != null) {
            throw Opened.failure();
        }
    }
}
