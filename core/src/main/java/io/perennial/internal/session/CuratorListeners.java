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
 * and {@code RECONNECTED} never comes; here it does not. And Curator's close tells them nothing: a recipe that nobody
 * closed would take its mutex or leadership for held for ever, so they are told {@code LOST} before it (K7).
 *
 * <p>Nor do they hear of a {@code LOST} that is none, and give up what they hold in a session that lives. Curator tells
 * one when it is connected just as its state thread comes from telling the real one: that thread forces
 * {@code RECONNECTED} (CURATOR-525), whereupon the connection, which is with another handle, counts as a loss again,
 * and as its end in the same moment. It is known by three things: it comes straight after a connection, the session has
 * had no loss since the last one that was told, and Curator is connected already.
 */
final class CuratorListeners implements UnaryListenerManager<ConnectionStateListener> {
    /** Between the loss that is none and its end there are some instructions of one thread. */
    private static final int AT_MOST_MILLIS = 100;

    private final UnaryListenerManager<ConnectionStateListener> theirs;
    private final LongSupplier losses;
    private final ThrottledLog log;
    private volatile @Nullable ConnectionState told;
    /** Whether a loss that is none was not told; nor is its end. Confined to Curator's state thread. */
    private boolean withheld;
    /** How many real losses there were when the last was told. Confined to Curator's state thread. */
    private long lossesTold;
    /** Of the session that has ended. */
    private volatile @Nullable CuratorFramework ended;

    /** {@code losses}: how many the session has had, each counted before Curator can tell it. */
    CuratorListeners(UnaryListenerManager<ConnectionStateListener> theirs, LongSupplier losses, ThrottledLog log) {
        this.theirs = theirs;
        this.losses = losses;
        this.log = log;
    }

    /** The session ends, and what was held in it; nothing is told after that. */
    void tellLost(CuratorFramework curator) {
        ended = curator;
        ConnectionState last = told;
        if (last != null && last != ConnectionState.LOST) {
            theirs.forEach(listener -> listener.stateChanged(curator, ConnectionState.LOST));
        }
    }

    @Override
    public void addListener(ConnectionStateListener listener) {
        theirs.addListener(listener);
    }

    @Override
    public void addListener(ConnectionStateListener listener, Executor executor) {
        theirs.addListener(listener, task -> {
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
        theirs.removeListener(listener);
    }

    @Override
    public void clear() {
        theirs.clear();
    }

    @Override
    public int size() {
        return theirs.size();
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
        theirs.forEach(function);
        CuratorFramework endedMeanwhile = ended;
        if (endedMeanwhile != null) {
            tellLost(endedMeanwhile); // It may have been told before that.
        }
    }

    private void look(CuratorFramework curator, ConnectionState state) {
        ConnectionState last = told;
        boolean wasConnected = last != null && last.isConnected();
        long lossesNow = losses.getAsLong();
        withheld = wasConnected
                && (state == ConnectionState.LOST ? isNone(curator) : withheld && state == ConnectionState.RECONNECTED);
        if (!withheld) {
            told = state;
            if (state == ConnectionState.LOST) {
                lossesTold = lossesNow;
            }
        }
    }

    /** In this order: a loss is counted before Curator can be connected after it, whoever has told it first. */
    private boolean isNone(CuratorFramework curator) {
        return isConnectedBy(curator) && losses.getAsLong() == lossesTold;
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
