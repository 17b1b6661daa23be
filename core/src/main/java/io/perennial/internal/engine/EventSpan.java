package io.perennial.internal.engine;

/**
 * Something that has begun, and whose duration will be told at its end.
 *
 * @param <T> what is known at the end
 */
@FunctionalInterface
public interface EventSpan<T> {
    /**
     * It has ended.
     *
     * @param outcome what became of it
     */
    void end(T outcome);
}
