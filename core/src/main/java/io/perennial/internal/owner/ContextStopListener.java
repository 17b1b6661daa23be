package io.perennial.internal.owner;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * A life-cycle listener on a Tomcat context, which runs an action at {@code configure_stop}: after the last {@code
 * contextDestroyed}, so that nothing is taken from under the application, and before its class loader looks for
 * leftover threads to warn about, and stops. Reflective, because core does not depend on Tomcat.
 *
 * <p>The context outlives a reload and would keep the old loader: so this must be removed when the session has ended.
 */
final class ContextStopListener implements InvocationHandler {
    private final Object context;
    private final Method remove;
    private final Method eventType;
    private final Runnable action;
    private final Object listener;

    private ContextStopListener(Object context, Class<?> type, Runnable action) throws ReflectiveOperationException {
        ClassLoader tomcat = type.getClassLoader();
        this.context = context;
        this.remove = lifecycle(tomcat).getMethod("removeLifecycleListener", type);
        this.eventType = Class.forName("org.apache.catalina.LifecycleEvent", false, tomcat)
                .getMethod("getType");
        this.action = action;
        this.listener = Proxy.newProxyInstance(tomcat, new Class<?>[] {type}, this);
    }

    /** Null when this is not a known kind of context. */
    static @Nullable ContextStopListener add(Object context, Runnable action) {
        try {
            ClassLoader tomcat = context.getClass().getClassLoader();
            Class<?> type = Class.forName("org.apache.catalina.LifecycleListener", false, tomcat);
            var added = new ContextStopListener(context, type, action);
            lifecycle(tomcat).getMethod("addLifecycleListener", type).invoke(context, added.listener);
            return added;
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            return null;
        }
    }

    private static Class<?> lifecycle(ClassLoader tomcat) throws ClassNotFoundException {
        return Class.forName("org.apache.catalina.Lifecycle", false, tomcat);
    }

    void remove() {
        try {
            remove.invoke(context, listener);
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            // Then it stays, and does nothing that would not be done anyway.
        }
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        return switch (method.getName()) {
            case "equals" -> arguments != null && proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            case "toString" -> "session's stop listener";
            default -> {
                if (arguments != null && "configure_stop".equals(eventType.invoke(arguments[0]))) {
                    action.run();
                }
                yield null;
            }
        };
    }
}
