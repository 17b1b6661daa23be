package io.perennial.tomcat.reaper.webapp;

import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import java.util.Set;

/** Opens a client, kept in a static field and by no listener, and throws afterwards if the application is to fail. */
public final class OpeningInitializer implements ServletContainerInitializer {
    @Override
    public void onStartup(Set<Class<?>> classes, ServletContext application) {
        try {
            Client.open(application);
        } catch (Exception e) {
            throw new IllegalStateException("the test itself failed", e);
        }
        if (application.getInitParameter(Client.FAIL) != null) {
            throw new IllegalStateException("the application fails to start, as it should in this test");
        }
    }
}
