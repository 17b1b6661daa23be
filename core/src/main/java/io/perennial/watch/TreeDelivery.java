package io.perennial.watch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.perennial.engine.Callbacks;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands one listener the changes of a tree, merged per path while the listener is busy: what waits never exceeds the
 * tree. Deletions that wait go first, so that a node deleted and made anew is told as that, children before parents; then
 * come creations and changes, parents before children.
 *
 * <p>Concurrency: the loop offers, the callback thread tells, the lock guards what waits. There is one callback in the
 * queue exactly while something waits; it tells one change and queues itself again, so that a big tree does not hold up
 * the other callbacks, and a listener that throws loses nothing.
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
    private boolean queued;

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
            if (queued || (deleted.isEmpty() && present.isEmpty())) {
                return;
            }
            queued = true;
        }
        submit();
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

    private void submit() {
        callbacks.submit("watch listener", this::deliver);
    }

    private void deliver() {
        TreeChange change;
        boolean more;
        synchronized (lock) {
            change = takeFirst(deleted);
            if (change == null) {
                change = takeFirst(present);
            }
            more = !deleted.isEmpty() || !present.isEmpty();
            queued = more;
        }
        if (watch.isClosed()) {
            return;
        }
        if (more) {
            submit();
        }
        if (change != null) {
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
