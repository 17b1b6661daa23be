package io.perennial.internal.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.perennial.internal.engine.DetachedThread;
import io.perennial.internal.engine.UserCode;
import io.perennial.internal.owner.Owners;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Closes the sessions that end with the JVM when it shuts down (S-65): if the servers were not told, their nodes would
 * remain for a session timeout. It is registered only while there are such sessions, because the JVM holds it, and with
 * it the loader of this copy of the library.
 */
final class ShutdownHook {
    private static final Object LOCK = new Object();

    @GuardedBy("LOCK")
    private static @Nullable Thread hook;

    private static volatile boolean underWay;

    private ShutdownHook() {}

    /** Registers or removes the hook. */
    static void keepWhile(BooleanSupplier wanted) {
        synchronized (LOCK) {
            Thread now = hook;
            if (wanted.getAsBoolean() && now == null) {
                hook = add();
            } else if (now != null && !wanted.getAsBoolean()) {
                hook = null;
                // It throws when the JVM is already shutting down.
                UserCode.run(() -> Runtime.getRuntime().removeShutdownHook(now));
            }
        }
    }

    /** Whether the JVM is known to be shutting down: a session that starts now may not be found any more. */
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
        underWay = true; // Before looking which sessions there are.
        StartedSessions.closeAllOfTheJvm();
    }
}
