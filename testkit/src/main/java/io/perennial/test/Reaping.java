package io.perennial.test;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashSet;
import java.util.Set;

/** The expired sessions that a server must leave alone for now. Thread-safe. */
final class Reaping {
    @GuardedBy("this")
    private final Set<Long> held = new HashSet<>();

    @GuardedBy("this")
    private boolean delayed;

    synchronized void delay() {
        delayed = true;
    }

    /** Whether this expired session must stay; if so it is held. */
    synchronized boolean holds(long sessionId) {
        if (delayed) {
            held.add(sessionId);
        }
        return delayed;
    }

    synchronized Set<Long> held() {
        return Set.copyOf(held);
    }

    /** No session is held any more; returns those that were. */
    synchronized Set<Long> end() {
        delayed = false;
        Set<Long> due = Set.copyOf(held);
        held.clear();
        return due;
    }
}
