package io.perennial.tomcat;

import jakarta.servlet.ServletContext;
import org.apache.catalina.Context;
import org.apache.catalina.Globals;
import org.apache.catalina.WebResourceRoot;
import org.jspecify.annotations.Nullable;

/** A web application as Tomcat sees it, which it shows to the application by an attribute. */
final class TomcatApplication {
    private TomcatApplication() {}

    /** Whether the container is Tomcat; the other methods are for then only, since they need its classes. */
    static boolean isTomcat(ServletContext application) {
        return application.getAttribute(Globals.RESOURCES_ATTR) != null;
    }

    static Context context(ServletContext application) {
        return ((WebResourceRoot) application.getAttribute(Globals.RESOURCES_ATTR)).getContext();
    }

    /** The name of the registered listener that will open a session, if there is one. */
    static @Nullable String sessionListener(ServletContext application) {
        for (String name : context(application).findApplicationListeners()) {
            if (isSessionListener(name, application.getClassLoader())) {
                return name;
            }
        }
        return null;
    }

    private static boolean isSessionListener(String name, ClassLoader loader) {
        try {
            return ResilientSessionListener.class.isAssignableFrom(Class.forName(name, false, loader));
        } catch (ClassNotFoundException | LinkageError e) {
            // Tomcat will say so when it comes to it.
            return false;
        }
    }
}
