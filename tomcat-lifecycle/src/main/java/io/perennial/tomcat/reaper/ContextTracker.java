package io.perennial.tomcat.reaper;

import org.apache.catalina.Context;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.LifecycleEvent;
import org.apache.catalina.LifecycleListener;
import org.apache.catalina.Loader;
import org.jspecify.annotations.Nullable;

/**
 * Acts when one context ends: at configure_stop, after the last contextDestroyed and with the loader still working, and
 * at after_stop for what was made or could not be ended until then. Called by Tomcat under the context's lock.
 */
final class ContextTracker implements LifecycleListener {
    private final Context context;
    private final Reaper reaper;
    /** From configure_stop to after_stop: the context itself forgets its loader in between. */
    private @Nullable ClassLoader ending;

    ContextTracker(Context context, Reaper reaper) {
        this.context = context;
        this.reaper = reaper;
    }

    @Override
    public void lifecycleEvent(LifecycleEvent event) {
        switch (event.getType()) {
            case Lifecycle.STOP_EVENT -> becomeLast();
            case Lifecycle.CONFIGURE_STOP_EVENT -> {
                ending = loaderOf(context);
                reap();
            }
            case Lifecycle.AFTER_STOP_EVENT -> {
                reap();
                ending = null;
            }
            default -> {}
        }
    }

    static @Nullable ClassLoader loaderOf(Context context) {
        Loader loader = context.getLoader();
        return loader == null ? null : loader.getClassLoader();
    }

    /** Other listeners that close clients at configure_stop, such as this library's own, go first. */
    private void becomeLast() {
        context.removeLifecycleListener(this);
        context.addLifecycleListener(this);
    }

    private void reap() {
        if (ending != null) {
            reaper.reapForGood(context.getName(), ending);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ContextTracker that && that.context == context && that.reaper == reaper;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(context);
    }
}
