package io.perennial.spring.boot;

/**
 * Whether the JVM is shutting down, from the construction to {@link #close()}. In between the JVM holds this object,
 * and with it the application's class loader.
 */
final class JvmShutdown implements AutoCloseable {
    private volatile boolean begun;
    private final Thread hook = new Thread(() -> begun = true, "perennial-fail-fast");

    JvmShutdown() {
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException e) {
            begun = true;
        }
    }

    boolean hasBegun() {
        return begun;
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It has begun, and forgets its hooks by itself.
        }
    }
}
