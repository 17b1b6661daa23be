package io.perennial.internal.watch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.perennial.internal.engine.Callbacks;
import io.perennial.watch.TreeChange;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands one listener the changes of a tree, merged per path while the listener is busy: what waits never exceeds the
 * tree. Waiting deletions go first, so that a node deleted and recreated is reported as that, children before parents;
 * then come creations and changes, parents before children.
 *
 * <p>Concurrency: the loop offers, the callback thread notifies, the lock guards what waits. There are as many
 * callbacks in the queue as changes wait, each of which reports one: so all that was read is reported before what the
 * session reports after it ({@code CONNECTED}), a busy tree does not hold up the other callbacks, and a listener that
 * throws loses nothing.
 */
final class TreeDelivery {
    private final WatchHandle watch;
    private final Callbacks callbacks;
    private final Consumer<TreeChange> listener;

    private final Object lock = new Object();

    @GuardedBy("lock")
    private final LinkedHashMap<String, TreeChange> deleted = new LinkedHashMap<>();

    @GuardedBy("lock")
    private final LinkedHashMap<String, TreeChange> present = new LinkedHashMap<>();

    @GuardedBy("lock")
    private int queued;

    TreeDelivery(WatchHandle watch, Callbacks callbacks, Consumer<TreeChange> listener) {
        this.watch = watch;
        this.callbacks = callbacks;
        this.listener = listener;
    }

    WatchHandle watch() {
        return watch;
    }

    void offer(TreeChange change) {
        synchronized (lock) {
            switch (change.kind()) {
                case CREATED -> present.put(change.path(), change);
                case CHANGED -> merge(change);
                case DELETED -> delete(change);
            }
            if (queued >= deleted.size() + present.size()) {
                return;
            }
            queued++;
        }
        callbacks.submit("watch listener", this::deliver);
    }

    @GuardedBy("lock")
    private void merge(TreeChange change) {
        TreeChange waiting = present.get(change.path());
        TreeChange.Kind kind = waiting == null ? TreeChange.Kind.CHANGED : waiting.kind();
        boolean whileAway = change.whileAway() || (waiting != null && waiting.whileAway());
        present.put(change.path(), new TreeChange(change.path(), kind, change.stat(), whileAway, change.generation()));
    }

    @GuardedBy("lock")
    private void delete(TreeChange change) {
        TreeChange waiting = present.remove(change.path());
        boolean known = waiting == null || waiting.kind() == TreeChange.Kind.CHANGED;
        if (known) {
            deleted.put(change.path(), change);
        }
    }

    private void deliver() {
        TreeChange change;
        synchronized (lock) {
            queued--;
            change = takeFirst(deleted);
            if (change == null) {
                change = takeFirst(present);
            }
        }
        if (change != null && !watch.isClosed()) {
            listener.accept(change);
        }
    }

    private static @Nullable TreeChange takeFirst(Map<String, TreeChange> waiting) {
        Iterator<TreeChange> values = waiting.values().iterator();
        if (!values.hasNext()) {
            return null;
        }
        TreeChange first = values.next();
        values.remove();
        return first;
    }
}
