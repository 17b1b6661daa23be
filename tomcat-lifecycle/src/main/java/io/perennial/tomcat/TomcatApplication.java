package io.perennial.tomcat;

import jakarta.servlet.ServletContext;
import java.lang.reflect.Field;
import java.util.Set;
import org.apache.catalina.Context;
import org.apache.catalina.Globals;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.WebResourceRoot;
import org.apache.catalina.loader.WebappClassLoaderBase;
import org.jspecify.annotations.Nullable;

/** A web application as Tomcat sees it. */
final class TomcatApplication {
    private static final Set<LifecycleState> ENDING = Set.of(
            LifecycleState.STOPPING_PREP,
            LifecycleState.STOPPING,
            LifecycleState.STOPPED,
            LifecycleState.DESTROYING,
            LifecycleState.DESTROYED,
            LifecycleState.FAILED);

    private TomcatApplication() {}

    /** Whether the container is Tomcat; the other methods may be called only then, since they need its classes. */
    static boolean isTomcat(ServletContext application) {
        // By this attribute an application recognizes Tomcat.
        return application.getAttribute(Globals.RESOURCES_ATTR) != null;
    }

    static Context context(ServletContext application) {
        return ((WebResourceRoot) application.getAttribute(Globals.RESOURCES_ATTR)).getContext();
    }

    /** The application around a class loader, or null. */
    static @Nullable WebappClassLoaderBase loaderAround(@Nullable ClassLoader loader) {
        for (ClassLoader l = loader; l != null; l = l.getParent()) {
            if (l instanceof WebappClassLoaderBase application) {
                return application;
            }
        }
        return null;
    }

    /** Whether the application has begun to stop; its loader, which stops last, does not show it. */
    static boolean isStopping(WebappClassLoaderBase loader) {
        return ENDING.contains(contextOf(loader).getState());
    }

    /** There is no method to get it. */
    private static Context contextOf(WebappClassLoaderBase loader) {
        try {
            Field resources = WebappClassLoaderBase.class.getDeclaredField("resources");
            resources.setAccessible(true);
            return ((WebResourceRoot) resources.get(loader)).getContext();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("this Tomcat's class loader is not known", e);
        }
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
            // Tomcat reports that when it loads the class.
            return false;
        }
    }
}
