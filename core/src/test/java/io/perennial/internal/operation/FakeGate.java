package io.perennial.internal.operation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/** A session that is in the state that a test says. */
final class FakeGate implements SessionView {
    volatile boolean attached = true;
    volatile boolean closed;
    volatile boolean curatorConnected = true;
    volatile ServerSession hand = new ServerSession(1, 0x11, 100);
    volatile Object connection = "first";
    int trialsLost;
    /** What {@link #isHopeless} says, one answer a time; false when there is none. */
    final Queue<Boolean> hopeless = new ArrayDeque<>();
    /** What was scheduled and never runs by itself. */
    final Queue<Runnable> timers = new ArrayDeque<>();

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public boolean isAttached() {
        return attached && !closed;
    }

    @Override
    public boolean isHopeless() {
        Boolean next = hopeless.poll();
        return next != null && next;
    }

    @Override
    public boolean bindsHandles() {
        return true;
    }

    @Override
    public boolean isCuratorConnected() {
        return curatorConnected;
    }

    @Override
    public int trialsLost() {
        return trialsLost;
    }

    @Override
    public int maxPacket() {
        return 0xfffff;
    }

    @Override
    public ServerSession serverSession() {
        return hand;
    }

    @Override
    public Object connection() {
        return connection;
    }

    @Override
    public String describeState() {
        return "as told";
    }

    @Override
    public boolean awaitAttached(Duration timeout) {
        return isAttached();
    }

    @Override
    public boolean schedule(Duration delay, Runnable task) {
        return timers.add(task);
    }
}
