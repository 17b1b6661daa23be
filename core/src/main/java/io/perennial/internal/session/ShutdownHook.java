package io.perennial.internal.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.perennial.internal.engine.DetachedThread;
import io.perennial.internal.engine.UserCode;
import io.perennial.internal.owner.Owners;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Closes the sessions that end with the JVM when it shuts down (S-65): without a word to the servers their nodes would
 * stand for a session timeout. It is there as long as there are such sessions, for the JVM holds it, and with it the
 * loader of this copy of the library.
 */
final class ShutdownHook {
    private static final Object LOCK = new Object();

    @GuardedBy("LOCK")
    private static @Nullable Thread hook;

    private static volatile boolean underWay;

    private ShutdownHook() {}

    /** Is there from now on, or no more. */
    static void keepWhile(BooleanSupplier wanted) {
        synchronized (LOCK) {
            Thread now = hook;
            if (wanted.getAsBoolean() && now == null) {
                hook = add();
            } else if (now != null && !wanted.getAsBoolean()) {
                hook = null;
                // It throws when the JVM is shutting down already.
                UserCode.run(() -> Runtime.getRuntime().removeShutdownHook(now));
            }
        }
    }

    /** Whether the JVM is known to shut down: a session that begins now may not be found any more. */
    static boolean isUnderWay() {
        return underWay;
    }

    private static @Nullable Thread add() {
        var made = DetachedThread.of(ShutdownHook::run, "perennial-shutdown");
        made.setContextClassLoader(Owners.libraryLoader());
        Throwable refused = UserCode.run(() -> Runtime.getRuntime().addShutdownHook(made));
        if (refused instanceof IllegalStateException) {
            underWay = true;
        }
        return refused == null ? made : null;
    }

    private static void run() {
        underWay = true; // Before the look at which there are.
        StartedSessions.closeAllOfTheJvm();
    }
}
