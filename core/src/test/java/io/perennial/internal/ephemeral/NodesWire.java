package io.perennial.internal.ephemeral;

import io.perennial.internal.request.Reply;
import io.perennial.internal.request.WatchBatch;
import io.perennial.internal.request.Wire;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.WatcherType;

/** A wire of which ephemeral nodes use all but this. */
abstract class NodesWire implements Wire {
    @Override
    public void addWatch(String path, Watcher watcher, AddWatchMode mode, Consumer<Reply> answer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void removeAllWatches(String path, WatcherType type, Consumer<Reply> answer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Set<String>> watchedPaths(WatcherType type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean canRearm() {
        return false;
    }

    @Override
    public void rearm(WatchBatch batch, Consumer<Reply> answer) {
        throw new UnsupportedOperationException();
    }
}
