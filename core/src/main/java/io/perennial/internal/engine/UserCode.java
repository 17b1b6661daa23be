package io.perennial.internal.engine;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The only place that calls user code: listeners, hooks, owners, executors, suppliers, converters, resilience
 * listeners. Such code may throw anything, a checked exception that it does not declare included (Kotlin, Groovy and
 * Lombok do), and none of it may reach the thread that calls.
 *
 * <p>An {@link InterruptedException} restores the thread's interrupt. An {@link Error} is passed on like anything else:
 * the caller decides what to report, and goes on.
 */
public final class UserCode {
    private UserCode() {}

    /**
     * User code that returns a value.
     *
     * @param <T> the type of its result
     */
    @FunctionalInterface
    public interface Call<T extends @Nullable Object> {
        /**
         * Runs it.
         *
         * @return its result
         * @throws Throwable anything
         */
        T run() throws Throwable;
    }

    /** User code that returns nothing. */
    @FunctionalInterface
    public interface Action {
        /**
         * Runs it.
         *
         * @throws Throwable anything
         */
        void run() throws Throwable;
    }

    /**
     * Runs it on the calling thread.
     *
     * @param action the user's code
     * @return what it threw, or null when it returned
     */
    public static @Nullable Throwable run(Action action) {
        try {
            action.run();
            return null;
        } catch (Throwable e) { // what this class is for
            restoreInterrupt(e);
            return e;
        }
    }

    /**
     * Calls it on the calling thread.
     *
     * @param call the user's code
     * @param otherwise what to return when it throws
     * @param thrown gets what it threw; is not guarded itself
     * @param <T> the type of its result
     * @return its result, or {@code otherwise}
     */
    public static <T extends @Nullable Object> T get(Call<? extends T> call, T otherwise, Consumer<Throwable> thrown) {
        try {
            return call.run();
        } catch (Throwable e) { // what this class is for
            restoreInterrupt(e);
            thrown.accept(e);
            return otherwise;
        }
    }

    private static void restoreInterrupt(Throwable e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
    }
}
