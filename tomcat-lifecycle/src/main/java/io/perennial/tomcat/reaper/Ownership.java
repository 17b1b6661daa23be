package io.perennial.tomcat.reaper;

import org.jspecify.annotations.Nullable;

/**
 * Decides by the class, never by a thread's name or context class loader: these are inherited by everything that an
 * application happens to touch first, including a client that the container shares with other applications.
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
