package io.perennial.samples.incident.webapp;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;

/** Another part of the shop, which fails to start: at the same moment in all shops. */
public final class LaterPart implements ServletContextListener {
    /** For Tomcat. */
    public LaterPart() {}

    @Override
    public void contextInitialized(ServletContextEvent event) {
        try {
            ((CyclicBarrier) event.getServletContext().getAttribute("moment")).await();
        } catch (BrokenBarrierException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new IllegalStateException("The price list is missing");
    }
}
