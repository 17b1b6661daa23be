package io.perennial.session;

import io.perennial.SessionOwner;
import java.lang.ref.WeakReference;
import java.lang.reflect.Method;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The owners behind {@link SessionOwner}'s factory methods; internal to the library. */
public final class Owners {
    /** Names of Tomcat's {@code LifecycleState}s in which an application is over. */
    private static final Set<String> ENDED =
            Set.of("STOPPING_PREP", "STOPPING", "STOPPED", "DESTROYING", "DESTROYED", "FAILED");

    private Owners() {}

    /**
     * The JVM.
     *
     * @return always alive
     */
    public static SessionOwner jvm() {
        return new SessionOwner() {
            @Override
            public boolean isAlive() {
                return true;
            }

            @Override
            public String describe() {
                return "the JVM";
            }
        };
    }

    /**
     * A class loader, see {@link SessionOwner#ofClassLoader}.
     *
     * @param loader the loader
     * @return an owner
     */
    public static SessionOwner ofClassLoader(ClassLoader loader) {
        Objects.requireNonNull(loader, "loader must not be null");
        for (ClassLoader l = loader; l != null; l = l.getParent()) {
            Method state = stateMethod(l);
            if (state != null) {
                return new LoaderOwner(l, state);
            }
        }
        return new LoaderOwner(loader, null);
    }

    static ClassLoader contextClassLoader() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context != null
                ? context
                : Objects.requireNonNullElseGet(Owners.class.getClassLoader(), ClassLoader::getSystemClassLoader);
    }

    /** Reflective, since core does not depend on Tomcat. */
    private static @Nullable Method stateMethod(ClassLoader loader) {
        try {
            Method method = loader.getClass().getMethod("getState");
            boolean lifecycle = method.getReturnType().isEnum()
                    && method.getReturnType().getSimpleName().equals("LifecycleState");
            return lifecycle ? method : null;
        } catch (NoSuchMethodException | LinkageError e) {
            return null;
        }
    }

    private static final class LoaderOwner implements SessionOwner {
        private final WeakReference<ClassLoader> loader;
        private final @Nullable Method state;
        private final String description;

        private LoaderOwner(ClassLoader loader, @Nullable Method state) {
            this.loader = new WeakReference<>(loader);
            this.state = state;
            this.description = "class loader " + loader.getClass().getName() + "@"
                    + Integer.toHexString(System.identityHashCode(loader));
        }

        @Override
        public boolean isAlive() {
            ClassLoader there = loader.get();
            if (there == null) {
                return false;
            }
            if (state == null) {
                return true;
            }
            try {
                return !ENDED.contains(String.valueOf(state.invoke(there)));
            } catch (ReflectiveOperationException e) {
                return true;
            }
        }

        @Override
        public String describe() {
            return description;
        }
    }
}
