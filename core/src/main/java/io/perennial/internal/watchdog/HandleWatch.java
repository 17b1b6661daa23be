package io.perennial.internal.watchdog;

import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.handle.Handle;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Detects a handle that will never connect: its thread has ended silently (C9), or makes no attempt. The former is
 * replaced. The latter is only reported: most likely it hangs in a name lookup, as the next handle's would. Confined to
 * the watchdog's thread.
 */
public final class HandleWatch implements Watchdog.Watched {
    private final Supplier<@Nullable Handle> current;
    private final Consumer<Handle> died;
    private final ThrottledLog log;
    private final Duration patience;
    private final Standstill dead;
    private @Nullable Handle reported;

    /**
     * Creates one.
     *
     * @param current the handle in use
     * @param died gets one that is dead
     * @param patience how long a handle may be without a sign while it is not connected
     * @param looks how many looks may find a handle dead whose end is still on its way to be reported
     */
    public HandleWatch(
            Supplier<@Nullable Handle> current, Consumer<Handle> died, ThrottledLog log, Duration patience, int looks) {
        this.current = current;
        this.died = died;
        this.log = log;
        this.patience = patience;
        this.dead = new Standstill(looks);
    }

    @Override
    public @Nullable String look() {
        Handle handle = current.get();
        if (handle == null) {
            return null;
        }
        if (dead.look(!handle.hasDied())) {
            log.warnThrottled("handle-died", "a ZooKeeper client's thread died of an error; the client is replaced");
            died.accept(handle);
            return null;
        }
        Duration quiet = handle.quiet();
        if (handle.hasConnection() || quiet.compareTo(patience) < 0) {
            reported = null;
            return null;
        }
        String problem = "the client has not tried to connect for " + quiet.toSeconds()
                + " s; the log has its thread's stack trace: most likely a name lookup hangs";
        if (reported != handle) {
            reported = handle;
            log.warnThrottled("handle-stands", problem, Watchdog.at(handle.stack()));
        }
        return problem;
    }
}
