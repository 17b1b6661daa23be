package io.perennial.internal.engine;

/**
 * Something that has begun, and whose duration will be reported at its end.
 *
 * @param <T> what is known at the end
 */
@FunctionalInterface
public interface EventSpan<T> {
    /**
     * It has ended.
     *
     * @param outcome how it ended
     */
    void end(T outcome);
}
