package io.perennial.internal.session;

import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.engine.UserCode;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.listen.UnaryListenerManager;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.framework.state.ConnectionStateListener;
import org.jspecify.annotations.Nullable;

/**
 * Curator's connection state listeners. Curator's one state thread dies silently when a listener's executor rejects, and
 * {@code RECONNECTED} never comes; here it does not. And Curator's close tells them nothing: a recipe that nobody closed
 * would take its mutex or leadership for held for ever, so they are told {@code LOST} before it (K7).
 */
final class CuratorListeners implements UnaryListenerManager<ConnectionStateListener> {
    private final UnaryListenerManager<ConnectionStateListener> theirs;
    private final ThrottledLog log;
    private volatile @Nullable ConnectionState told;
    /** Of the session that has ended. */
    private volatile @Nullable CuratorFramework ended;

    CuratorListeners(UnaryListenerManager<ConnectionStateListener> theirs, ThrottledLog log) {
        this.theirs = theirs;
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
        function.accept((curator, state) -> told = state);
        theirs.forEach(function);
        CuratorFramework endedMeanwhile = ended;
        if (endedMeanwhile != null) {
            tellLost(endedMeanwhile); // It may have been told before that.
        }
    }
}
