package io.perennial.internal.owner;

import io.perennial.SessionOwner;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.engine.UserCode;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether a session's owner is alive, and ends the session when it is not: the owner is asked, and a web
 * application also reports by itself that it stops. Thread-safe.
 */
public final class OwnerWatch {
    private final SessionOwner owner;
    private final ThrottledLog log;
    private final Runnable beginEnd;
    private volatile boolean stopped;
    private volatile @Nullable ContextStopListener stopListener;

    /**
     * Creates the watch.
     *
     * @param owner the owner
     * @param log the session's log
     * @param beginEnd begins the session's end; may be called repeatedly; does not block
     */
    public OwnerWatch(SessionOwner owner, ThrottledLog log, Runnable beginEnd) {
        this.owner = owner;
        this.log = log;
        this.beginEnd = beginEnd;
    }

    /** Whether the owner is alive. Never blocks. */
    public boolean isAlive() {
        if (stopped) {
            return false;
        }
        // A stopped class loader may lack the class needed to answer: not a reason to stop asking.
        return UserCode.<Boolean>get(
                () -> owner.isAlive(),
                true,
                e -> log.warnThrottled("owner", "the owner's isAlive() threw; the owner is considered alive", e));
    }

    /** Whether the owner is alive; if not, the session's end begins here. Never blocks. */
    public boolean isAliveOrEnds() {
        boolean alive = isAlive();
        if (!alive) {
            beginEnd.run();
        }
        return alive;
    }

    /**
     * Listens for the stop of the owner, if that is a web application that reports it.
     *
     * @param end ends the session; runs on the thread that stops the owner, which goes on when it returns
     */
    public void listen(Runnable end) {
        if (owner instanceof ClassLoaderOwner loader) {
            stopListener = loader.atStop(() -> {
                stopped = true;
                end.run();
            });
        }
    }

    /** Stops listening: otherwise the owner would keep the session, and its class loader with it. */
    public void stopListening() {
        if (stopListener != null) {
            stopListener.remove();
        }
    }

    /** Describes the owner, for people. */
    public String describe() {
        return UserCode.get(() -> owner.describe(), "its owner", e -> {});
    }
}
