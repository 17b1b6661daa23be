package io.perennial.tomcat.distribution.webapp;

import io.perennial.ResilientSession;
import io.perennial.ephemeral.EphemeralNode;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/** Registers the application on a session that it shares with others, and takes its node back at its end. */
public final class SharingListener implements ServletContextListener {
    public static final String RESOURCE = "zookeeper/shared";
    public static final String NODE = "node";

    private EphemeralNode node;

    @Override
    @SuppressWarnings("BanJNDI") // Tomcat's own, in memory
    public void contextInitialized(ServletContextEvent event) {
        try {
            var session = (ResilientSession) new InitialContext().lookup("java:comp/env/" + RESOURCE);
            node = session.ephemerals().register(event.getServletContext().getInitParameter(NODE), new byte[0]);
        } catch (NamingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        try {
            node.release().get(10, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
