package io.perennial.internal.engine;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one door to code that users gave: listeners, hooks, owners, executors, suppliers, converters, resilience
 * listeners. Such code may throw anything, a checked exception that it does not declare included (Kotlin, Groovy and
 * Lombok do), and none of it may reach the thread that calls.
 *
 * <p>An {@link InterruptedException} restores the thread's interrupt. An {@link Error} is handed on like anything else:
 * whoever calls decides what to tell, and goes on.
 */
public final class UserCode {
    private UserCode() {}

    /**
     * Something of a user's.
     *
     * @param <T> what it gives
     */
    @FunctionalInterface
    public interface Call<T extends @Nullable Object> {
        /**
         * Runs it.
         *
         * @return what it gives
         * @throws Throwable anything
         */
        T run() throws Throwable;
    }

    /** Something of a user's that gives nothing. */
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
     * @param action the user's
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
     * Asks it on the calling thread.
     *
     * @param call the user's
     * @param otherwise what to return when it throws
     * @param thrown gets what it threw; is not guarded itself
     * @param <T> what it gives
     * @return what it gave, or {@code otherwise}
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
