package io.perennial.tomcat.reaper;

import java.util.function.Supplier;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.LifecycleEvent;
import org.apache.catalina.LifecycleListener;
import org.apache.juli.logging.LogFactory;

/**
 * Ends the ZooKeeper clients that a web application leaves behind when it stops or fails to start.
 *
 * <p>Put {@code perennial-tomcat-<version>-reaper.jar} into Tomcat's {@code lib} and one line into {@code server.xml},
 * inside {@code <Server>} (all applications), {@code <Engine>} or {@code <Host>}, or into a {@code context.xml} (that
 * application):
 *
 * <pre>{@code <Listener className="io.perennial.tomcat.reaper.ZooKeeperReaper"/>}</pre>
 *
 * <p>In an embedded Tomcat: {@code tomcat.getHost().addLifecycleListener(new ZooKeeperReaper())}, before the start. On
 * a running host it takes effect with the host's next event, ten seconds later by default.
 *
 * <p>What it does, and on which thread:
 *
 * <ul>
 *   <li>When an application stops, fails to start, is reloaded or undeployed: at the end of the application's own
 *       clean-up (Tomcat's event {@code configure_stop}, its class loader still working) and once more when the loader
 *       has stopped, on the thread that stops the application. Without a client left behind this takes a look at the
 *       JVM's threads; with one, usually less than half a second; with servers that stay silent, at most about {@code
 *       closeTimeoutMillis} and three seconds.
 *   <li>When an application's start broke off with a {@code RuntimeException} or {@code Error}, Tomcat keeps it in
 *       state FAILED and never stops it. Such an application is stopped if it has a client running; see {@link
 *       #setStopFailedContexts}. This is looked for at the host's periodic event and every {@code checkIntervalMillis}
 *       on Tomcat's utility executor.
 *   <li>An application that has stopped is looked at again at the same times, until its class loader is collected: one
 *       of its threads may have made another client since.
 * </ul>
 *
 * <p>It finds clients by their threads: instances of {@code ClientCnxn$SendThread} and {@code ClientCnxn$EventThread}
 * (in any package, from 3.4 to 3.9) whose class was defined by the application's loader, and threads of Curator. A
 * client of another application, of Tomcat itself, or of a library in Tomcat's {@code lib} is not touched. It closes
 * the Curator framework or the client; if that fails or takes too long it ends threads and sockets and closes the
 * session at the server over a separate connection (not possible through TLS or where servers demand SASL: then the
 * nodes go when the session expires). One line at WARN says what was ended, and what the application should have done.
 *
 * <p>Set the properties before Tomcat starts. A value out of range is refused with an {@link IllegalArgumentException}
 * that names property, value and limits, and an error in the log: for {@code server.xml} Tomcat reports the refusal and
 * goes on with the default.
 */
public final class ZooKeeperReaper implements LifecycleListener {
    private volatile Settings settings = Settings.DEFAULT;
    private final Reaper reaper = new Reaper(() -> settings);
    private final ContainerTracker watch = new ContainerTracker(reaper, () -> settings);

    /** A reaper with the default properties. */
    public ZooKeeperReaper() {}

    /**
     * Called by Tomcat.
     *
     * @param event an event of the server, engine, host or context that this listener was added to
     */
    @Override
    public void lifecycleEvent(LifecycleEvent event) {
        if (!settings.enabled()) {
            return;
        }
        if (Lifecycle.AFTER_DESTROY_EVENT.equals(event.getType())) {
            watch.stopTicking();
        } else {
            watch.attach(event.getLifecycle());
        }
    }

    /**
     * Whether the reaper does anything. Default: {@code true}.
     *
     * @param value {@code false} to switch it off without taking it out of the configuration
     */
    public void setEnabled(boolean value) {
        settings = settings.withEnabled(value);
    }

    /**
     * Whether it only logs what it would end. Default: {@code false}.
     *
     * @param value {@code true} to end nothing
     */
    public void setReportOnly(boolean value) {
        settings = settings.withReportOnly(value);
    }

    /**
     * Whether an application in state FAILED that Tomcat did not stop and that has ZooKeeper clients running is stopped
     * (its {@code contextDestroyed} methods run, its class loader ends). Otherwise only the clients are ended. Default:
     * {@code true}.
     *
     * @param value {@code false} to end only the clients of such an application
     */
    public void setStopFailedContexts(boolean value) {
        settings = settings.withStopFailedContexts(value);
    }

    /**
     * How long all clients of an application together may take to close normally before they are ended by force.
     * Default: 2000.
     *
     * @param value milliseconds, from 100 to 10000
     */
    public void setCloseTimeoutMillis(int value) {
        settings = refusing(() -> settings.withCloseTimeoutMillis(value));
    }

    /**
     * How often to look for failed applications and for clients made after the end. Default: 2000.
     *
     * @param value milliseconds, from 100 to 60000
     */
    public void setCheckIntervalMillis(int value) {
        settings = refusing(() -> settings.withCheckIntervalMillis(value));
    }

    /** For tests: does at once what happens when an application ends. */
    ReapResult reap(String application, ClassLoader loader) {
        return reaper.reap(application, loader);
    }

    private static Settings refusing(Supplier<Settings> change) {
        try {
            return change.get();
        } catch (IllegalArgumentException e) {
            // Tomcat's digester reports only that the property could not be set.
            LogFactory.getLog(ZooKeeperReaper.class).error(e.getMessage());
            throw e;
        }
    }
}
