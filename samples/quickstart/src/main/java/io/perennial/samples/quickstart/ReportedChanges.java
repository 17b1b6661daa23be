package io.perennial.samples.quickstart;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.perennial.watch.ChildrenChange;
import io.perennial.watch.NodeChange;
import io.perennial.watch.TreeChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the application's watches have reported: each change, and the state that follows from them. Thread-safe. */
final class ReportedChanges {
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final List<Call> calls = new ArrayList<>();

    @GuardedBy("lock")
    private final Map<String, String> state = new TreeMap<>();

    /** One call of a listener. */
    record Call(Change change, boolean whileAway) {}

    void node(NodeChange change) {
        String now = Change.node(change.stat(), change.data());
        add(new Change(change.path(), now), change.whileAway(), now);
    }

    void children(ChildrenChange change) {
        add(
                Change.children(change.path(), change.added(), change.removed()),
                change.whileAway(),
                Change.names(change.children()));
    }

    void tree(TreeChange change) {
        String now = change.stat() == null ? Change.ABSENT : Change.zxid(change.stat());
        add(new Change(change.path(), now), change.whileAway(), now);
    }

    /** Forgets the changes reported so far, not the state. */
    void clear() {
        synchronized (lock) {
            calls.clear();
        }
    }

    /** The changes reported since they were last forgotten. */
    List<Call> calls() {
        synchronized (lock) {
            return List.copyOf(calls);
        }
    }

    /** Waits until all these changes have been reported. */
    void awaitAll(List<Change> changes, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        synchronized (lock) {
            while (!calls.stream().map(Call::change).toList().containsAll(changes)) {
                long millis = (deadline - System.nanoTime()) / 1_000_000;
                if (millis <= 0) {
                    return;
                }
                lock.wait(millis);
            }
        }
    }

    /** How many of them were made while the session was away. */
    long countWhileAway() {
        return calls().stream().filter(Call::whileAway).count();
    }

    /** The last reported state of each path. */
    Map<String, String> state() {
        synchronized (lock) {
            return new TreeMap<>(state);
        }
    }

    private void add(Change change, boolean whileAway, String now) {
        synchronized (lock) {
            calls.add(new Call(change, whileAway));
            state.put(change.path(), now);
            lock.notifyAll();
        }
    }
}
