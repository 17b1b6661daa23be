package io.perennial.internal.watch;

import java.util.concurrent.atomic.AtomicInteger;

/** How many watches are armed, if there is a connection for them to be armed on. Written on the loop, read anywhere. */
final class ArmedCount {
    private final AtomicInteger armed = new AtomicInteger();
    private volatile boolean attached;

    void attached(boolean now) {
        attached = now;
    }

    boolean isAttached() {
        return attached;
    }

    void add(int delta) {
        armed.addAndGet(delta);
    }

    int count() {
        return attached ? armed.get() : 0;
    }
}
