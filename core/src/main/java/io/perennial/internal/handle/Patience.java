package io.perennial.internal.handle;

import java.time.Duration;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.jspecify.annotations.Nullable;

/**
 * Knows when Curator should consider the session lost before the session itself does: the caller's Curator builder may
 * set after what part of the timeout without a connection ({@code simulatedSessionExpirationPercent}, C20).
 *
 * <p>Concurrency: notified on event threads, queried on the event loop.
 */
final class Patience {
    /** Curator's default: by then the session is considered lost. */
    static final int WHOLE = 100;

    private final int percent;
    private volatile @Nullable Away away;

    private record Away(ClientHandle handle, long since) {}

    Patience(int percent) {
        this.percent = percent;
    }

    /** A handle's session event. */
    void heard(ClientHandle handle, KeeperState state, long now) {
        switch (state) {
            case Disconnected -> away = percent < WHOLE ? new Away(handle, now) : null;
            case SyncConnected, ConnectedReadOnly -> away = null;
            default -> {
                // Says nothing of a connection.
            }
        }
    }

    /** Whether it is over for that handle; returns true once. */
    boolean isOver(ClientHandle handle, long now, Duration timeout) {
        Away last = away;
        if (last == null || last.handle != handle || now - last.since < timeout.toNanos() / WHOLE * percent) {
            return false;
        }
        away = null;
        return true;
    }
}
