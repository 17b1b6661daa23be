package io.perennial.internal.session;

import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.engine.UserCode;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.listen.UnaryListenerManager;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.framework.state.ConnectionStateListener;
import org.jspecify.annotations.Nullable;

/**
 * Curator's connection state listeners. Curator's one state thread dies silently when a listener's executor rejects,
 * and {@code RECONNECTED} never comes; here it survives. Nor does Curator's close notify them: a recipe that nobody
 * closed would consider its mutex or leadership held forever, so they get {@code LOST} before the close (K7).
 *
 * <p>They do not receive a spurious {@code LOST} either, which would make them give up what they hold in a live
 * session. Curator reports one when it becomes connected just as its state thread has finished reporting the real one:
 * that thread forces {@code RECONNECTED} (CURATOR-525), whereupon the connection, which is on another handle, counts as
 * a loss again, and as the end of that loss in the same moment. A spurious one is recognised by three things: it comes
 * straight after a connection, the session has had no loss since the last one reported, and Curator is connected
 * already.
 */
final class CuratorListeners implements UnaryListenerManager<ConnectionStateListener> {
    /** Only a few instructions of one thread lie between the spurious loss and its end. */
    private static final int AT_MOST_MILLIS = 100;

    private final UnaryListenerManager<ConnectionStateListener> delegate;
    private final LongSupplier losses;
    private final ThrottledLog log;
    private volatile @Nullable ConnectionState reported;
    /** Whether a spurious loss was withheld; its end is withheld too. Confined to Curator's state thread. */
    private boolean withheld;
    /** How many real losses there were when the last was reported. Confined to Curator's state thread. */
    private long lossesReported;
    /** Of the session that has ended. */
    private volatile @Nullable CuratorFramework ended;

    /** {@code losses}: how many the session has had, each counted before Curator can report it. */
    CuratorListeners(UnaryListenerManager<ConnectionStateListener> delegate, LongSupplier losses, ThrottledLog log) {
        this.delegate = delegate;
        this.losses = losses;
        this.log = log;
    }

    /** The session ends, and all that was held in it; nothing is reported after that. */
    void reportLost(CuratorFramework curator) {
        ended = curator;
        ConnectionState last = reported;
        if (last != null && last != ConnectionState.LOST) {
            delegate.forEach(listener -> listener.stateChanged(curator, ConnectionState.LOST));
        }
    }

    @Override
    public void addListener(ConnectionStateListener listener) {
        delegate.addListener(listener);
    }

    @Override
    public void addListener(ConnectionStateListener listener, Executor executor) {
        delegate.addListener(listener, task -> {
            Throwable rejection = UserCode.run(() -> executor.execute(task));
            if (rejection != null) {
                log.warnThrottled(
                        "curator-listener",
                        "the executor of a Curator connection state listener rejects; the listener missed a state: "
                                + rejection);
            }
        });
    }

    @Override
    public void removeListener(ConnectionStateListener listener) {
        delegate.removeListener(listener);
    }

    @Override
    public void clear() {
        delegate.clear();
    }

    @Override
    public int size() {
        return delegate.size();
    }

    @Override
    public void forEach(Consumer<ConnectionStateListener> function) {
        if (ended != null) {
            return;
        }
        function.accept(this::look);
        if (withheld) {
            return;
        }
        delegate.forEach(function);
        CuratorFramework endedMeanwhile = ended;
        if (endedMeanwhile != null) {
            reportLost(endedMeanwhile); // It may have been reported before that.
        }
    }

    private void look(CuratorFramework curator, ConnectionState state) {
        ConnectionState last = reported;
        boolean wasConnected = last != null && last.isConnected();
        long lossesNow = losses.getAsLong();
        withheld = wasConnected
                && (state == ConnectionState.LOST ? isNone(curator) : withheld && state == ConnectionState.RECONNECTED);
        if (!withheld) {
            reported = state;
            if (state == ConnectionState.LOST) {
                lossesReported = lossesNow;
            }
        }
    }

    /**
     * In this order: a loss is counted before Curator can be connected after it, whichever thread reported it first.
     */
    private boolean isNone(CuratorFramework curator) {
        return isConnectedBy(curator) && losses.getAsLong() == lossesReported;
    }

    private static boolean isConnectedBy(CuratorFramework curator) {
        try {
            return curator.blockUntilConnected(AT_MOST_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
