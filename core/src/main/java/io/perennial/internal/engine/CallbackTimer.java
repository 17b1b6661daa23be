package io.perennial.internal.engine;

/** Measures callbacks. */
@FunctionalInterface
public interface CallbackTimer {
    /**
     * A callback begins.
     *
     * @return to be told its end, with what kind of callback it was
     */
    EventSpan<String> callbackBegins();
}
