package org.apache.zookeeper;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.zookeeper.AsyncCallback.MultiCallback;
import org.apache.zookeeper.AsyncCallback.StatCallback;
import org.apache.zookeeper.AsyncCallback.VoidCallback;

/**
 * A client without threads, that never connects: a test says what state it is in, and answers what it was asked.
 */
public final class IdleZooKeeper extends ThreadlessZooKeeper {
    private final List<VoidCallback> syncs = new CopyOnWriteArrayList<>();
    private final List<StatCallback> looks = new CopyOnWriteArrayList<>();
    private final List<MultiCallback> transactions = new CopyOnWriteArrayList<>();
    private volatile States state = States.CONNECTING;
    private volatile boolean granted;
    private volatile long sessionId;

    public IdleZooKeeper() throws IOException {}

    public void setState(States state) {
        this.state = state;
    }

    /** It goes on, once, when it is ended: its thread did not hear of that while it was being connected. */
    public void isGrantedASessionWhenItEnds() {
        granted = true;
    }

    @Override
    public States getState() {
        return state == null ? States.CONNECTING : state; // asked by the constructor, too
    }

    public void setSessionId(long sessionId) {
        this.sessionId = sessionId;
    }

    @Override
    public long getSessionId() {
        return sessionId;
    }

    @Override
    public int getSessionTimeout() {
        return GRANTED;
    }

    @Override
    public void sync(String path, VoidCallback callback, Object context) {
        syncs.add(callback);
    }

    @Override
    public void exists(String path, boolean watch, StatCallback callback, Object context) {
        looks.add(callback);
    }

    @Override
    public void multi(Iterable<Op> operations, MultiCallback callback, Object context) {
        transactions.add(callback);
    }

    /** The paths in its tables: of existing nodes, of absent ones, of parents. */
    public List<List<String>> watched() {
        return Stream.of(getDataWatches(), getExistWatches(), getChildWatches())
                .map(paths -> paths.stream().sorted().toList())
                .toList();
    }

    /** How many transactions wait for their answer. */
    public int transactions() {
        return transactions.size();
    }

    /** Answers each transaction that waits. */
    public void answerTransactions(KeeperException.Code code) {
        var waiting = List.copyOf(transactions);
        transactions.clear();
        waiting.forEach(callback -> callback.processResult(code.intValue(), null, null, null));
    }

    /** How many {@code sync} wait for their answer. */
    public int syncs() {
        return syncs.size();
    }

    /** How many {@code exists} wait for their answer. */
    public int looks() {
        return looks.size();
    }

    /** Answers each {@code sync} that waits. */
    public void answerSyncs(KeeperException.Code code) {
        var waiting = List.copyOf(syncs);
        syncs.clear();
        waiting.forEach(callback -> callback.processResult(code.intValue(), "/", null));
    }

    /** Answers each {@code exists} that waits. */
    public void answerLooks(KeeperException.Code code) {
        var waiting = List.copyOf(looks);
        looks.clear();
        waiting.forEach(callback -> callback.processResult(code.intValue(), "/", null, null));
    }

    /** It is ended without a word to the server. */
    @Override
    public Testable getTestable() {
        return new Testable() {
            @Override
            public void injectSessionExpiration() {
                state = granted ? States.CONNECTED : States.CLOSED;
                granted = false;
            }

            @Override
            public void queueEvent(WatchedEvent event) {}

            @Override
            public void closeSocket() {}
        };
    }

    @Override
    public boolean close(int waitForShutdownTimeoutMs) {
        return !state.isAlive();
    }
}
