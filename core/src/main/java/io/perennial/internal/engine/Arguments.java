package io.perennial.internal.engine;

import org.jspecify.annotations.Nullable;

/** Checks what callers give, where it enters the library. */
public final class Arguments {
    private Arguments() {}

    /**
     * Refuses null.
     *
     * @param property how to name it in the error
     * @param value what was given
     * @param instead what would be right
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
