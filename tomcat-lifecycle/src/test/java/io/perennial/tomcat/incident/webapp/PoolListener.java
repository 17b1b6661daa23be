package io.perennial.tomcat.incident.webapp;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the session in a thread of the application's own pool, which it ends properly; the session it forgets. */
public class PoolListener implements ServletContextListener {
    /**
     * Logging begins here, where the application is known. When it begins in a thread that knows no application, log4j
     * 2 takes itself to be in none, and has a shutdown hook of the JVM keep the class loader.
     */
    private static final Logger LOG = LoggerFactory.getLogger(PoolListener.class);

    private final ExecutorService pool = Executors.newSingleThreadExecutor();

    @Override
    public void contextInitialized(ServletContextEvent event) {
        ServletContext application = event.getServletContext();
        LOG.info("opening a session in a pool");
        try {
            pool.submit(() -> open(application)).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void open(ServletContext application) {
        Opened.open(application);
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        pool.shutdownNow();
    }

    /** In a thread whose context class loader is not the application's. */
    public static final class OfOtherLoader extends PoolListener {
        @Override
        void open(ServletContext application) {
            Thread.currentThread().setContextClassLoader(ClassLoader.getPlatformClassLoader());
            super.open(application);
        }
    }
}
