package io.perennial.internal.owner;

import io.perennial.SessionOwner;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * A class loader as an owner: it lives as long as the web application around it, if there is one, or else until it is
 * garbage; and no longer than a host within it, such as an application context, if one was current.
 */
public final class ClassLoaderOwner implements SessionOwner {
    private final WeakReference<ClassLoader> loader;
    private final @Nullable TomcatWebApplication application;
    private final @Nullable SessionOwner host;
    private final String description;

    ClassLoaderOwner(ClassLoader loader) {
        this(loader, null);
    }

    ClassLoaderOwner(ClassLoader loader, @Nullable SessionOwner host) {
        this.application = TomcatWebApplication.around(loader);
        this.loader = new WeakReference<>(loader);
        this.host = host;
        String name = application == null ? null : application.name();
        this.description = name == null
                ? "class loader " + loader.getClass().getName() + "@"
                        + Integer.toHexString(System.identityHashCode(loader))
                : "web application " + name;
    }

    @Override
    public boolean isAlive() {
        return loader.get() != null
                && (application == null || application.isAlive())
                && (host == null || host.isAlive());
    }

    /** Whether it belongs to no web application and no host within one. */
    public boolean endsWithTheJvm() {
        return application == null && host == null;
    }

    /** Whether its loader is that one, or descends from it. */
    public boolean isOfLoaderWithin(ClassLoader ancestor) {
        return Owners.isWithin(loader.get(), ancestor);
    }

    /** Whether the end of that owner is the end of this one. */
    public boolean isWithin(SessionOwner other) {
        return host == other;
    }

    /** See {@link TomcatWebApplication#atStop}; null too when there is no web application. */
    @Nullable
    ContextStopListener atStop(Runnable action) {
        return application == null ? null : application.atStop(action);
    }

    @Override
    public String describe() {
        return host == null ? description : host.describe() + " in " + description;
    }
}
