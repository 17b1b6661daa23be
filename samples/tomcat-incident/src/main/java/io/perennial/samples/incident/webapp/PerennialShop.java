package io.perennial.samples.incident.webapp;

import io.perennial.ResilientSession;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.time.Duration;

/** The same with Perennial's core. It does not close the session either. */
public final class PerennialShop implements ServletContextListener {
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** For Tomcat. */
    public PerennialShop() {}

    @Override
    public void contextInitialized(ServletContextEvent event) {
        History.live();
        ServletContext application = event.getServletContext();
        String node = application.getInitParameter("node");
        ResilientSession session = ResilientSession.builder()
                .name("shop")
                .connectString(application.getInitParameter("servers"))
                .sessionTimeout(SESSION_TIMEOUT)
                .build()
                .start();
        session.ephemerals().register(node, new byte[0]);
        session.watches().node(node, change -> {});
        try {
            if (!session.awaitConnected(PATIENCE)) {
                throw new IllegalStateException("The shop cannot be registered: the session is " + session.state());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
