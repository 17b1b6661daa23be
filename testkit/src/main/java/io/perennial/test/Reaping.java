package io.perennial.test;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The expired sessions that a server is told to leave alone for the time being. Thread-safe. */
final class Reaping {
    private final Set<Long> held = ConcurrentHashMap.newKeySet();
    private volatile boolean delayed;

    void delay() {
        delayed = true;
    }

    boolean isDelayed() {
        return delayed;
    }

    void hold(long sessionId) {
        held.add(sessionId);
    }

    Set<Long> held() {
        return Set.copyOf(held);
    }

    /** No session is held back any more; returns those that were. */
    Set<Long> end() {
        delayed = false;
        Set<Long> due = Set.copyOf(held);
        held.clear();
        return due;
    }
}
