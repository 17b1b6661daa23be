package io.perennial.tomcat.reaper;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Arrays;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.catalina.Container;
import org.apache.catalina.ContainerEvent;
import org.apache.catalina.ContainerListener;
import org.apache.catalina.Context;
import org.apache.catalina.Engine;
import org.apache.catalina.Host;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.LifecycleEvent;
import org.apache.catalina.LifecycleListener;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.Server;
import org.apache.catalina.Service;
import org.apache.juli.logging.Log;
import org.apache.juli.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Follows containers down to their contexts, including those added later, and looks at them regularly.
 *
 * <p>It keeps no list of containers: a container's listeners show whether it is watched already, and the regular look
 * goes through the children that the containers have at that moment. So nothing here keeps an undeployed application in
 * memory.
 */
final class ContainerTracker implements ContainerListener, LifecycleListener {
    private static final Log LOG = LogFactory.getLog(ZooKeeperReaper.class);

    private final Reaper reaper;
    private final Supplier<Settings> settings;
    private final ReentrantLock looking = new ReentrantLock();
    /** The component to which the reaper was added. */
    private volatile @Nullable Lifecycle top;

    @GuardedBy("this")
    private @Nullable ScheduledFuture<?> ticks;

    ContainerTracker(Reaper reaper, Supplier<Settings> settings) {
        this.reaper = reaper;
        this.settings = settings;
    }

    /** Watches {@code lifecycle} and everything below; does nothing for what is watched already. */
    void attach(Lifecycle lifecycle) {
        top = lifecycle;
        if (lifecycle instanceof Server server) {
            for (Service service : server.findServices()) {
                if (service.getContainer() != null) {
                    follow(service.getContainer());
                }
            }
        } else if (lifecycle instanceof Container container) {
            follow(container);
        }
        tick(lifecycle);
    }

    synchronized void stopTicking() {
        if (ticks != null) {
            ticks.cancel(false);
            ticks = null;
        }
    }

    @Override
    public void containerEvent(ContainerEvent event) {
        // Fired before the child starts.
        if (Container.ADD_CHILD_EVENT.equals(event.getType()) && event.getData() instanceof Container child) {
            follow(child);
        }
    }

    @Override
    public void lifecycleEvent(LifecycleEvent event) {
        if (Lifecycle.PERIODIC_EVENT.equals(event.getType())) {
            look();
        }
    }

    private void follow(Container container) {
        if (container instanceof Context context) {
            ContextTracker watch = new ContextTracker(context, reaper);
            if (!Arrays.asList(context.findLifecycleListeners()).contains(watch)) {
                context.addLifecycleListener(watch);
            }
        } else if (container instanceof Host || container instanceof Engine) {
            if (!Arrays.asList(container.findContainerListeners()).contains(this)) {
                container.addContainerListener(this);
                container.addLifecycleListener(this);
            }
            for (Container child : container.findChildren()) {
                follow(child);
            }
        }
    }

    private synchronized void tick(Lifecycle lifecycle) {
        Server server = serverOf(lifecycle);
        ScheduledExecutorService executor = server == null ? null : server.getUtilityExecutor();
        if (executor == null || executor.isShutdown() || (ticks != null && !ticks.isDone())) {
            return;
        }
        int interval = settings.get().checkIntervalMillis();
        ticks = executor.scheduleWithFixedDelay(this::look, interval, interval, TimeUnit.MILLISECONDS);
    }

    private static @Nullable Server serverOf(Lifecycle lifecycle) {
        if (lifecycle instanceof Server server) {
            return server;
        }
        Lifecycle current = lifecycle;
        while (current instanceof Container container && !(current instanceof Engine)) {
            current = container.getParent();
        }
        return current instanceof Engine engine && engine.getService() != null
                ? engine.getService().getServer()
                : null;
    }

    /** Never throws: a scheduled task that does is not run again. */
    private void look() {
        Lifecycle current = top;
        if (current == null || !settings.get().enabled() || !looking.tryLock()) {
            return;
        }
        try {
            lookAt(current);
            reaper.revisit();
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("The check for failed applications failed; the next one follows", e);
        } finally {
            looking.unlock();
        }
    }

    private void lookAt(Lifecycle lifecycle) {
        if (lifecycle instanceof Server server) {
            for (Service service : server.findServices()) {
                if (service.getContainer() != null) {
                    lookAt(service.getContainer());
                }
            }
        } else if (lifecycle instanceof Context context) {
            if (context.getState() == LifecycleState.FAILED) {
                endFailed(context);
            }
        } else if (lifecycle instanceof Container container) {
            for (Container child : container.findChildren()) {
                lookAt(child);
            }
        }
    }

    private void endFailed(Context context) {
        // Tomcat holds this lock while it starts or stops the context: a start that failed in the ordinary way, and
        // that Tomcat is just about to stop, has left the state FAILED when the lock is free.
        synchronized (context) {
            ClassLoader loader = ContextTracker.loaderOf(context);
            if (context.getState() != LifecycleState.FAILED
                    || loader == null
                    || ClientScan.of(loader).isEmpty()) {
                return;
            }
            if (settings.get().stopFailedContexts() && !settings.get().reportOnly()) {
                stop(context);
            } else {
                reaper.reap(context.getName(), loader);
            }
        }
    }

    private static void stop(Context context) {
        LOG.info("Web application [" + context.getName() + "] failed to start, Tomcat has not stopped it, and it has"
                + " ZooKeeper clients running: stopping it");
        try {
            context.stop();
        } catch (Exception e) {
            LOG.warn("Web application [" + context.getName() + "] could not be stopped", e);
        }
    }
}
