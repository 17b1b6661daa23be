package io.perennial.internal.session;

import io.perennial.Registration;
import io.perennial.SessionListener;
import io.perennial.SessionTransition;
import io.perennial.internal.engine.Callbacks;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The session's listeners. Thread-safe. */
final class Listeners {
    private final Callbacks callbacks;
    private final CopyOnWriteArrayList<Entry> entries = new CopyOnWriteArrayList<>();

    Listeners(Callbacks callbacks, List<SessionListener> first) {
        this.callbacks = callbacks;
        first.forEach(listener -> add(listener, 0));
    }

    /** Adds a listener that receives the transitions after the one with that number. */
    Registration add(SessionListener listener, long after) {
        var entry = new Entry(listener, after);
        entries.add(entry);
        return () -> entries.remove(entry);
    }

    /** Reports the transition with that number to those registered before it. */
    void publish(SessionTransition transition, long number) {
        for (Entry entry : entries) {
            if (entry.after < number) {
                callbacks.submit("session listener", () -> {
                    if (entries.contains(entry)) {
                        entry.listener.onTransition(transition);
                    }
                });
            }
        }
    }

    /** Compared by identity: the same listener may be registered twice and removed once. */
    private static final class Entry {
        private final SessionListener listener;
        private final long after;

        private Entry(SessionListener listener, long after) {
            this.listener = listener;
            this.after = after;
        }
    }
}
