package io.perennial.tomcat.reaper;

import org.jspecify.annotations.Nullable;

/**
 * Decides by the class, never by a thread's name or context class loader: those are inherited by whatever an application
 * happens to touch first, a client that the container shares with others included.
 */
record Ownership(ClassLoader application) {
    /** Whether {@code type} was defined by the application's loader or one below it. */
    boolean covers(Class<?> type) {
        @Nullable ClassLoader loader = type.getClassLoader();
        while (loader != null) {
            if (loader == application) {
                return true;
            }
            loader = loader.getParent();
        }
        return false;
    }
}
