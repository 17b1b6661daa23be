package org.apache.zookeeper;

import io.perennial.internal.request.RearmingClient;
import io.perennial.internal.request.WatchBatch;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.apache.zookeeper.AsyncCallback.Children2Callback;
import org.apache.zookeeper.AsyncCallback.DataCallback;
import org.apache.zookeeper.AsyncCallback.StatCallback;
import org.apache.zookeeper.AsyncCallback.VoidCallback;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;

/**
 * A client without threads, that never connects: what it is asked to read or to arm waits until a test answers it.
 */
public final class HandZooKeeper extends ThreadlessZooKeeper implements RearmingClient {
    private final Queue<Ask> asked = new ArrayDeque<>();
    private boolean rearms;

    /** What is asked. */
    public enum What {
        EXISTS,
        DATA,
        CHILDREN,
        ADD_WATCH,
        REMOVE_WATCHES,
        REARM
    }

    /** How a request is answered. */
    @FunctionalInterface
    public interface Answer {
        void give(Code code, Stat stat, byte[] data, List<String> names);
    }

    /** A request that waits for its answer; the watcher is null where none is to be armed, the batch of all but one. */
    public record Ask(What what, String path, Watcher watcher, WatchBatch batch, Answer answer) {
        public void refuse(Code code) {
            answer.give(code, null, null, null);
        }

        @Override
        public String toString() {
            return what + " " + path + (watcher == null ? "" : " and arm");
        }
    }

    public HandZooKeeper() throws IOException {}

    /** In the order of their sending. */
    public Queue<Ask> asked() {
        return asked;
    }

    @Override
    public void exists(String path, Watcher watcher, StatCallback callback, Object context) {
        add(
                What.EXISTS,
                path,
                watcher,
                (code, stat, data, names) -> callback.processResult(code.intValue(), path, context, stat));
    }

    @Override
    public void getData(String path, Watcher watcher, DataCallback callback, Object context) {
        add(
                What.DATA,
                path,
                watcher,
                (code, stat, data, names) -> callback.processResult(code.intValue(), path, context, data, stat));
    }

    @Override
    public void getChildren(String path, Watcher watcher, Children2Callback callback, Object context) {
        add(
                What.CHILDREN,
                path,
                watcher,
                (code, stat, data, names) -> callback.processResult(code.intValue(), path, context, names, stat));
    }

    @Override
    public void addWatch(String path, Watcher watcher, AddWatchMode mode, VoidCallback callback, Object context) {
        add(What.ADD_WATCH, path, watcher, answer(path, callback, context));
    }

    @Override
    public void removeWatches(
            String path,
            Watcher watcher,
            Watcher.WatcherType type,
            boolean local,
            VoidCallback callback,
            Object context) {
        add(What.REMOVE_WATCHES, path, watcher, answer(path, callback, context));
    }

    @Override
    public boolean canRearm() {
        return rearms;
    }

    /** Whether it can be asked to arm many. */
    public void rearms(boolean now) {
        rearms = now;
    }

    @Override
    public void rearm(WatchBatch batch, VoidCallback callback) {
        asked.add(new Ask(What.REARM, batch.toString(), batch.watcher(), batch, answer("/", callback, null)));
    }

    private static Answer answer(String path, VoidCallback callback, Object context) {
        return (code, stat, data, names) -> callback.processResult(code.intValue(), path, context);
    }

    private void add(What what, String path, Watcher watcher, Answer answer) {
        asked.add(new Ask(what, path, watcher, null, answer));
    }
}
