package io.perennial.internal.owner;

import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Tomcat web application (9 to 11), as its class loader shows it. Reflective, because core does not depend on Tomcat.
 *
 * <p>The loader's state alone is not enough: an initializer that throws a RuntimeException leaves the context FAILED
 * and its loader STARTED, and nothing is notified. While the context stops, its loader is still started: that is when
 * the application's own listeners end what they began, so its sessions are not taken from under them; the loader stops
 * right after.
 *
 * <p>Nothing here holds a loader or a context: only methods and a field of Tomcat's own classes are kept. They are
 * looked up once, because a stopped loader finds no more classes. An application is not considered ended because it
 * cannot be asked.
 */
final class TomcatWebApplication {
    private static final Set<String> LOADER_ENDED =
            Set.of("STOPPING_PREP", "STOPPING", "STOPPED", "DESTROYING", "DESTROYED", "FAILED");
    private static final Set<String> CONTEXT_ENDED = Set.of("STOPPED", "DESTROYING", "DESTROYED", "FAILED");

    private final WeakReference<ClassLoader> loader;
    private final Method loaderState;
    private final @Nullable Method contextName;
    private final @Nullable Field resources;
    private final @Nullable Method context;
    private final @Nullable Method state;
    private final @Nullable Method name;
    private final @Nullable Method currentLoader;
    private final @Nullable Method classLoader;

    private TomcatWebApplication(ClassLoader loader, Method loaderState) {
        this.loader = new WeakReference<>(loader);
        this.loaderState = loaderState;
        this.contextName = method(loader.getClass(), "getContextName");
        this.resources = field(loader.getClass(), "resources");
        this.context = resources == null ? null : method(resources.getType(), "getContext");
        this.state = methodOfResult(context, "getState");
        this.name = methodOfResult(context, "getName");
        this.currentLoader = methodOfResult(context, "getLoader");
        this.classLoader = methodOfResult(currentLoader, "getClassLoader");
    }

    /** The web application whose loader that is or descends from, or null. */
    static @Nullable TomcatWebApplication around(ClassLoader loader) {
        for (ClassLoader l = loader; l != null; l = l.getParent()) {
            Method state = method(l.getClass(), "getState");
            if (state != null
                    && state.getReturnType().isEnum()
                    && state.getReturnType().getSimpleName().equals("LifecycleState")) {
                return new TomcatWebApplication(l, state);
            }
        }
        return null;
    }

    boolean isAlive() {
        ClassLoader there = loader.get();
        if (there == null || isIn(LOADER_ENDED, loaderState, there)) {
            return false;
        }
        Object current = contextOf(there);
        return current == null || !(isIn(CONTEXT_ENDED, state, current) || belongsToAnother(current, there));
    }

    /** The path, with the version if it has one; or null when that is not known. */
    @Nullable
    String name() {
        ClassLoader there = loader.get();
        Object current = there == null ? null : contextOf(there);
        Object answer = current == null ? call(contextName, there) : call(name, current);
        if (answer == null) {
            return null;
        }
        return answer.equals("") ? "/" : answer.toString();
    }

    /** Its loader, or null when that is garbage. */
    @Nullable
    ClassLoader loader() {
        return loader.get();
    }

    /**
     * Runs an action when the application stops, on the thread that stops it.
     *
     * @return removes it again, or null when the application cannot be asked
     */
    @Nullable
    ContextStopListener atStop(Runnable action) {
        ClassLoader there = loader.get();
        Object current = there == null ? null : contextOf(there);
        return current == null ? null : ContextStopListener.add(current, action);
    }

    private @Nullable Object contextOf(ClassLoader there) {
        if (resources == null) {
            return null;
        }
        try {
            return call(context, resources.get(there));
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }

    /** A reload gives the same context another loader; in between it has none. */
    private boolean belongsToAnother(Object current, ClassLoader there) {
        Object now = call(classLoader, call(currentLoader, current));
        return now != null && now != there;
    }

    private static boolean isIn(Set<String> states, @Nullable Method method, Object target) {
        return states.contains(String.valueOf(call(method, target)));
    }

    private static @Nullable Object call(@Nullable Method method, @Nullable Object target) {
        if (method == null || target == null) {
            return null;
        }
        try {
            return method.invoke(target);
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            return null;
        }
    }

    private static @Nullable Method methodOfResult(@Nullable Method of, String name) {
        return of == null ? null : method(of.getReturnType(), name);
    }

    /** The way from a loader to its context is a protected field; there is no method for it. */
    private static @Nullable Field field(Class<?> type, String name) {
        for (Class<?> c = type; c != null; c = c.getSuperclass()) {
            try {
                Field field = c.getDeclaredField(name);
                field.setAccessible(true);
                return field;
            } catch (NoSuchFieldException e) {
                // Perhaps of a superclass.
            } catch (RuntimeException | LinkageError e) {
                return null; // A module that is closed to us: then the loader's own state must suffice.
            }
        }
        return null;
    }

    private static @Nullable Method method(Class<?> type, String name) {
        try {
            return type.getMethod(name);
        } catch (NoSuchMethodException | RuntimeException | LinkageError e) {
            return null;
        }
    }
}
