package io.perennial.handle;

import java.util.concurrent.Executor;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.jspecify.annotations.Nullable;

/**
 * Lets Curator follow the handles that the supervisor makes. Curator holds one handle and gives it up only when it hears
 * {@code Expired} for it; then it asks its factory for the next, here.
 *
 * <p>Raw Curator would take a late event of an earlier handle for the current one's, and close the healthy successor
 * (Helix #2815); and it would make a new handle on its own, for ever, after close (CURATOR-722). Here it hears only the
 * events of the handle it holds, and {@code Expired} only when that one has been superseded.
 *
 * <p>Concurrency: everything that Curator hears runs serially on the feed's executor, since its listeners are the
 * application's and may block: they hold up neither the engine nor a handle's event thread.
 */
final class CuratorFeed {
    private final Executor executor;
    /** Curator's {@code ConnectionState}. */
    private volatile @Nullable Watcher curator;
    /** The handle that Curator holds. */
    private volatile @Nullable Handle held;

    CuratorFeed(Executor executor) {
        this.executor = executor;
    }

    /** Curator has been given a handle. It hears the state that the handle has already reached. */
    void handedOver(Handle handle, Watcher watcher) {
        curator = watcher;
        held = handle;
        executor.execute(() -> replay(handle));
    }

    /** Something happened on a handle. */
    void happened(Handle handle, WatchedEvent event) {
        boolean end = event.getType() == EventType.None
                && (event.getState() == KeeperState.Expired || event.getState() == KeeperState.Closed);
        if (!end) {
            executor.execute(() -> tell(handle, event));
        }
    }

    /** Another handle is current now: Curator lets go of the one it holds and asks for the next. */
    void superseded(Handle current) {
        executor.execute(() -> {
            Handle old = held;
            if (old != null && old != current) {
                tell(old, new WatchedEvent(EventType.None, KeeperState.Expired, null));
            }
        });
    }

    private void replay(Handle handle) {
        KeeperState state = handle.lastState();
        if (state == KeeperState.SyncConnected || state == KeeperState.ConnectedReadOnly) {
            tell(handle, new WatchedEvent(EventType.None, state, null));
        }
    }

    private void tell(Handle handle, WatchedEvent event) {
        Watcher watcher = curator;
        if (handle == held && watcher != null) {
            watcher.process(event);
        }
    }
}
