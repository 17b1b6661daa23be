package io.perennial.tomcat;

import io.perennial.ResilientSession;
import io.perennial.SessionRegistry;
import jakarta.servlet.ServletContext;
import java.time.Duration;
import org.apache.catalina.Context;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.LifecycleEvent;
import org.apache.catalina.LifecycleListener;
import org.jspecify.annotations.Nullable;

/**
 * Closes the sessions that a web application has left open, at {@code configure_stop}: after the last {@code
 * contextDestroyed}, also when the application failed to start, and before the class loader stops. The application puts
 * it on its own Tomcat context. There it would keep the class loader: so it removes itself when it has acted.
 *
 * <p>Writes to Tomcat's own log: the application's may have been stopped by then (logback's is).
 */
final class ContextGuard implements LifecycleListener {
    /** The bound that the library guarantees after the owner's end. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final Context context;
    private final ServletContext application;
    private @Nullable ResilientSession own;

    private ContextGuard(Context context, ServletContext application) {
        this.context = context;
        this.application = application;
    }

    static ContextGuard install(ServletContext application) {
        Context context = TomcatApplication.context(application);
        var guard = new ContextGuard(context, application);
        context.addLifecycleListener(guard);
        return guard;
    }

    /** A session that the guard is expected to close: no application code failed to do so. */
    void closeQuietly(ResilientSession session) {
        own = session;
    }

    @Override
    public void lifecycleEvent(LifecycleEvent event) {
        switch (event.getType()) {
            case Lifecycle.CONFIGURE_STOP_EVENT -> {
                remove();
                closeAll();
            }
            // In case a stop was aborted before configure_stop.
            case Lifecycle.AFTER_STOP_EVENT, Lifecycle.AFTER_DESTROY_EVENT -> remove();
            default -> {}
        }
    }

    private void closeAll() {
        try {
            if (own != null) {
                ApplicationSession.close(application, own);
            }
            int left = SessionRegistry.closeAll(application.getClassLoader(), CLOSE_TIMEOUT);
            if (left > 0) {
                context.getLogger()
                        .warn("Web application " + context.getName() + " has stopped without closing " + left
                                + " of its ZooKeeper sessions, which have been closed for it: close them in"
                                + " contextDestroyed, or let " + ResilientSessionListener.class.getName()
                                + " open them");
            }
        } catch (RuntimeException | LinkageError e) {
            context.getLogger().warn("Web application " + context.getName() + ": closing its ZooKeeper sessions", e);
        }
    }

    private void remove() {
        context.removeLifecycleListener(this);
    }
}
