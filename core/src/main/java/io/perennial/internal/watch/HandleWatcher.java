package io.perennial.internal.watch;

import io.perennial.internal.engine.EventLoop;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;

/**
 * The one watcher that all watches of a kind share on one handle: ZooKeeper keeps it once however many paths it is
 * armed on. Events of an earlier handle are recognised by its identity.
 */
final class HandleWatcher implements Watcher {
    private final WatchKind kind;
    private final EventLoop loop;
    private final Sink sink;

    /** Receives events on the loop. */
    @FunctionalInterface
    interface Sink {
        void happened(HandleWatcher source, WatchedEvent event);
    }

    HandleWatcher(WatchKind kind, EventLoop loop, Sink sink) {
        this.kind = kind;
        this.loop = loop;
        this.sink = sink;
    }

    WatchKind kind() {
        return kind;
    }

    /** On ZooKeeper's event thread. The connection's own events are the supervisor's business. */
    @Override
    public void process(WatchedEvent event) {
        if (event.getType() != Event.EventType.None) {
            loop.offer(() -> sink.happened(this, event));
        }
    }
}
