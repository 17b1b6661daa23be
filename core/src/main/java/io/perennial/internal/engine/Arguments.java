package io.perennial.internal.engine;

import org.jspecify.annotations.Nullable;

/** Checks callers' arguments where they enter the library. */
public final class Arguments {
    private Arguments() {}

    /**
     * Refuses null.
     *
     * @param property its name in the error message
     * @param value what was given
     * @param instead what to pass instead
     * @param <T> its type
     * @return the value
     * @throws IllegalArgumentException when it is null
     */
    public static <T> T notNull(String property, @Nullable T value, String instead) {
        if (value == null) {
            throw new IllegalArgumentException(property + " is null; " + instead);
        }
        return value;
    }
}
