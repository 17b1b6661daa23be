package io.perennial.internal.engine;

/** Measures callbacks. */
@FunctionalInterface
public interface CallbackTimer {
    /**
     * A callback begins.
     *
     * @return to be notified of its end, with the kind of callback
     */
    EventSpan<String> callbackBegins();
}
