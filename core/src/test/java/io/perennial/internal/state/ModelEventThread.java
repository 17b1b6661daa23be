package io.perennial.internal.state;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.apache.zookeeper.Watcher.Event.KeeperState;

/** A model handle's event thread: what it has to tell and to answer, in order, and whether it comes to that. */
final class ModelEventThread {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final Consumer<KeeperState> words;
    private KeeperState last = KeeperState.Disconnected;
    private KeeperState told = KeeperState.Disconnected;
    private boolean blocked;

    /** One whose words go there. */
    ModelEventThread(Consumer<KeeperState> words) {
        this.words = words;
    }

    /** A word of the client's, who leaves out what he takes for a repetition. */
    void tell(KeeperState state) {
        if (state != last) {
            last = state;
            say(state);
        }
    }

    /** As if that had been told. */
    void leaveOut(KeeperState state) {
        last = state;
    }

    /** A word, be it a repetition. */
    void say(KeeperState state) {
        add(() -> process(state));
    }

    void add(Runnable task) {
        tasks.add(task);
    }

    void block() {
        blocked = true;
    }

    void goOn() {
        blocked = false;
    }

    boolean isBlocked() {
        return blocked;
    }

    /** Whether there is something that it has not told yet. */
    boolean owesAWord() {
        return !tasks.isEmpty();
    }

    /** It runs; whether it had anything to do. */
    boolean run() {
        boolean any = false;
        while (runOnce()) {
            any = true;
        }
        return any;
    }

    /** It does one thing; whether there was any. */
    boolean runOnce() {
        if (blocked || tasks.isEmpty()) {
            return false;
        }
        tasks.remove().run();
        return true;
    }

    /** As {@code Handle} does. */
    private void process(KeeperState state) {
        if (isConnection(state) && isConnection(told)) {
            words.accept(KeeperState.Disconnected);
        }
        if (state != KeeperState.SaslAuthenticated) {
            told = state;
        }
        words.accept(state);
    }

    private static boolean isConnection(KeeperState state) {
        return state == KeeperState.SyncConnected || state == KeeperState.ConnectedReadOnly;
    }
}
