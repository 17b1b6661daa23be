package io.perennial.handle;

import java.net.SocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/**
 * One ZooKeeper handle with its number: whoever hears an event can tell a superseded handle's from the current one's.
 *
 * <p>Concurrency: events arrive on the handle's event thread and are held there until {@link #publish()}, so that nobody
 * hears of a handle that he has not been given yet.
 */
public final class Handle implements Watcher {
    private final long number;
    private final @Nullable KnownSession attachesTo;
    private final long madeAt;
    private final @Nullable ConnectionGate gate;
    private final Consumer<HandleEvent> sessionEvents;
    private final BiConsumer<Handle, WatchedEvent> curatorEvents;
    private final CountDownLatch published = new CountDownLatch(1);

    private volatile @Nullable ZooKeeper zooKeeper;
    private volatile @Nullable Thread eventThread;
    private volatile KeeperState lastState = KeeperState.Disconnected;

    Handle(
            long number,
            @Nullable KnownSession attachesTo,
            long madeAt,
            @Nullable ConnectionGate gate,
            Consumer<HandleEvent> sessionEvents,
            BiConsumer<Handle, WatchedEvent> curatorEvents) {
        this.number = number;
        this.attachesTo = attachesTo;
        this.madeAt = madeAt;
        this.gate = gate;
        this.sessionEvents = sessionEvents;
        this.curatorEvents = curatorEvents;
    }

    void made(ZooKeeper made) {
        zooKeeper = made;
    }

    void publish() {
        published.countDown();
    }

    @Override
    public void process(WatchedEvent event) {
        eventThread = Thread.currentThread();
        try {
            published.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (event.getType() == EventType.None) {
            lastState = event.getState();
            ZooKeeper current = zooKeeper();
            sessionEvents.accept(new HandleEvent(
                    this,
                    event.getState(),
                    new KnownSession(current.getSessionId(), current.getSessionPasswd()),
                    current.getSessionTimeout(),
                    serverOf(current)));
        }
        curatorEvents.accept(this, event);
    }

    private static @Nullable SocketAddress serverOf(ZooKeeper zooKeeper) {
        return zooKeeper instanceof SupervisedZooKeeper supervised ? supervised.server() : null;
    }

    /**
     * The handle's number.
     *
     * @return 1 for the first
     */
    public long number() {
        return number;
    }

    /**
     * The session that it was made to attach to.
     *
     * @return the session, or null when it asks for a new one
     */
    public @Nullable KnownSession attachesTo() {
        return attachesTo;
    }

    /**
     * When it was made.
     *
     * @return by the session's ticker
     */
    public long madeAt() {
        return madeAt;
    }

    /**
     * A time before the session was last attached to a connection of this handle; not long before, if that is known.
     *
     * @return by the session's ticker
     */
    public long connectingSince() {
        return gate == null ? madeAt : gate.connectingSince();
    }

    /**
     * The client itself.
     *
     * @return the client
     */
    public ZooKeeper zooKeeper() {
        ZooKeeper made = zooKeeper;
        if (made == null) {
            throw new IllegalStateException("handle " + number + " was published before it was made");
        }
        return made;
    }

    /**
     * Whether servers can be reached at all.
     *
     * @return what is known
     */
    public Reachability reachability() {
        return gate == null ? Reachability.UNKNOWN : gate.reachability();
    }

    /** Makes the next connection attempt at once. */
    public void hurry() {
        if (gate != null) {
            gate.hurry();
        }
    }

    KeeperState lastState() {
        return lastState;
    }

    @Nullable
    Thread eventThread() {
        return eventThread;
    }

    @Nullable
    ConnectionGate gate() {
        return gate;
    }
}
