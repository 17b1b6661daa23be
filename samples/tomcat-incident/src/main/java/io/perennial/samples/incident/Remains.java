package io.perennial.samples.incident;

import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.catalina.Context;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.LifecycleEvent;
import org.apache.catalina.LifecycleListener;
import org.jspecify.annotations.Nullable;

/** What is left of an application in the JVM. It refers to the application's class loader weakly. */
final class Remains implements LifecycleListener {
    private final Thread deployer;
    private volatile @Nullable WeakReference<ClassLoader> loader; // null until the application starts

    /**
     * For an application that has not started yet.
     *
     * @param deployer the thread that deploys it, and does not belong to the application
     */
    Remains(Thread deployer) {
        this.deployer = deployer;
    }

    @Override
    public void lifecycleEvent(LifecycleEvent event) {
        if (event.getType().equals(Lifecycle.CONFIGURE_START_EVENT) && event.getSource() instanceof Context context) {
            loader = new WeakReference<>(context.getLoader().getClassLoader());
        }
    }

    /** Threads that the application has made. */
    List<Thread> threads() {
        return Arrays.stream(allThreads())
                .filter(Objects::nonNull)
                .filter(thread -> thread != deployer && isOf(thread))
                .toList();
    }

    /** Whether it is the application that runs on {@code thread}: as one of its own, or while it is deployed. */
    boolean isRunBy(Thread thread) {
        return thread == deployer || isOf(thread);
    }

    boolean isLoaderCollected() {
        WeakReference<ClassLoader> known = loader;
        return known != null && known.refersTo(null);
    }

    private boolean isOf(Thread thread) {
        WeakReference<ClassLoader> known = loader;
        ClassLoader application = known == null ? null : known.get();
        return application != null
                && (thread.getContextClassLoader() == application
                        || thread.getClass().getClassLoader() == application);
    }

    private static Thread[] allThreads() {
        ThreadGroup top = Thread.currentThread().getThreadGroup();
        while (top.getParent() != null) {
            top = top.getParent();
        }
        var threads = new Thread[2 * top.activeCount() + 16];
        top.enumerate(threads);
        return threads;
    }
}
