package io.perennial.internal.handle;

import io.perennial.RestorePolicy;
import io.perennial.internal.connect.ConnectionGate;
import io.perennial.internal.connect.Reachability;
import io.perennial.internal.engine.EventLoop;
import io.perennial.internal.engine.SessionThreads;
import io.perennial.internal.protocol.ErrorKind;
import io.perennial.internal.protocol.Quarantine;
import io.perennial.internal.protocol.ServerKnowledge;
import io.perennial.internal.request.Requests;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.ZooKeeper.States;
import org.jspecify.annotations.Nullable;

/**
 * One ZooKeeper handle with its number, by which an event of a superseded handle is distinguished from the current
 * one's.
 *
 * <p>ZooKeeper's client leaves out a {@code Disconnected} that it takes for a repetition: it counts its reports of
 * watches that were removed while the connection broke (C2). So between two connections one is always reported here;
 * and code that notices a loss earlier calls {@link #lostUnreported()}.
 *
 * <p>Concurrency: events arrive on the handle's event thread and are held there until {@link #publish()}, so that
 * nobody hears of a handle before having been given it.
 */
public final class Handle implements ClientHandle, Watcher {
    private static final int ANY_VERSION = -1;
    /** The leader finds out that the root may not be read, or does not exist, and that is agreed on like all else. */
    private static final Set<Code> AGREED_REFUSALS = Set.of(Code.NOAUTH, Code.NONODE);

    private static final Set<KeeperState> CONNECTIONS =
            Set.of(KeeperState.SyncConnected, KeeperState.ConnectedReadOnly);

    private final long number;
    private final @Nullable SessionCredentials attachesTo;
    private final long madeAt;
    private final Pulse pulse;
    private final @Nullable ConnectionGate gate;
    private final SessionThreads threads;
    private final ServerKnowledge servers;
    private final Consumer<HandleEvent> sessionEvents;
    private final BiConsumer<Handle, WatchedEvent> curatorEvents;
    private final CountDownLatch published = new CountDownLatch(1);

    private volatile @Nullable ZooKeeper zooKeeper;
    private volatile @Nullable Thread eventThread;
    /** No more callbacks start there. */
    private volatile boolean spared;

    private volatile boolean discarded;
    private volatile KeeperState lastState = KeeperState.Disconnected;

    Handle(
            long number,
            @Nullable SessionCredentials attachesTo,
            long madeAt,
            Pulse pulse,
            @Nullable ConnectionGate gate,
            SessionThreads threads,
            ServerKnowledge servers,
            Consumer<HandleEvent> sessionEvents,
            BiConsumer<Handle, WatchedEvent> curatorEvents) {
        this.number = number;
        this.attachesTo = attachesTo;
        this.madeAt = madeAt;
        this.pulse = pulse;
        this.gate = gate;
        this.threads = threads;
        this.servers = servers;
        this.sessionEvents = sessionEvents;
        this.curatorEvents = curatorEvents;
    }

    void made(ZooKeeper made) {
        zooKeeper = made;
    }

    /** As {@link #grantedMillis()}; 0 before there is a client, too. */
    int grantedIfMade() {
        ZooKeeper made = zooKeeper;
        return made == null ? 0 : made.getSessionTimeout();
    }

    /** Reports what it was last granted, if there is a client already. */
    void reportGrant(Grants to) {
        ZooKeeper made = zooKeeper;
        if (made != null) {
            to.granted(made.getSessionId(), made.getSessionTimeout());
        }
    }

    void publish() {
        published.countDown();
    }

    /**
     * The handle could not be made: reports from its client, should there be one, go to nobody, and its event thread
     * need not wait for anything.
     *
     * @return whether there is a client, which must then be ended; a client of the caller's own factory is not known
     *     when that has thrown
     */
    boolean discard() {
        discarded = true;
        publish();
        if (zooKeeper == null && gate != null && gate.unfinishedClient() instanceof SupervisedZooKeeper unfinished) {
            zooKeeper = unfinished;
        }
        return zooKeeper != null;
    }

    @Override
    public void process(WatchedEvent event) {
        eventThread = Thread.currentThread();
        pulse.sign();
        try {
            published.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (discarded) {
            return;
        }
        if (event.getType() != EventType.None) {
            curatorEvents.accept(this, event);
            return;
        }
        if (event.getState() != KeeperState.Closed) { // which any thread that closes it may report
            threads.adopt(Thread.currentThread());
        }
        if (CONNECTIONS.contains(event.getState()) && CONNECTIONS.contains(lastState)) {
            forward(new WatchedEvent(EventType.None, KeeperState.Disconnected, null));
        }
        if (event.getState() != KeeperState.SaslAuthenticated) {
            lastState = event.getState(); // That state says nothing about the connection, which still exists.
        }
        forward(event);
    }

    /** Curator has closed it, and removed its watcher before that: nothing else reports this. */
    void closedUnreported() {
        var event = new WatchedEvent(EventType.None, KeeperState.Closed, null);
        lastState = event.getState();
        forward(event);
    }

    private void forward(WatchedEvent event) {
        ZooKeeper current = zooKeeper();
        sessionEvents.accept(new HandleEvent(
                this,
                event.getState(),
                new SessionCredentials(current.getSessionId(), current.getSessionPasswd()),
                current.getSessionTimeout(),
                serverOf(current)));
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

    @Override
    public @Nullable SessionCredentials attachesTo() {
        return attachesTo;
    }

    @Override
    public boolean isOlderThan(Duration age, long now) {
        return now - madeAt > age.toNanos();
    }

    @Override
    public long connectingSince() {
        long since = gate == null ? madeAt : gate.connectingSince();
        // What is reported late may be about an earlier one: on a read-only connection, no leader hears of the session.
        return zooKeeper().getState() == States.CONNECTED ? since : madeAt;
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

    @Override
    public long answers() {
        return zooKeeper() instanceof SupervisedZooKeeper supervised ? supervised.answers() : 0;
    }

    /** The last transaction that its client has seen; 0 for a handle of the caller's own factory. */
    long lastZxid() {
        return zooKeeper() instanceof SupervisedZooKeeper supervised ? supervised.lastZxid() : 0;
    }

    /** The local end of its connection; null while there is none, and for a handle of the caller's own factory. */
    @Nullable
    SocketAddress localEnd() {
        return zooKeeper() instanceof SupervisedZooKeeper supervised ? supervised.localEnd() : null;
    }

    @Override
    public Reachability reachability() {
        return gate == null ? Reachability.UNKNOWN : gate.reachability();
    }

    /** Whether every server has refused a connection since then; false for a handle of the caller's own factory. */
    public boolean isRefusedSince(long then) {
        return gate != null && gate.isRefusedSince(then);
    }

    @Override
    public boolean hasConnection() {
        return zooKeeper().getState().isConnected() && (gate == null || !gate.isSeeking());
    }

    @Override
    public void lostUnreported() {
        curatorEvents.accept(this, new WatchedEvent(EventType.None, KeeperState.Disconnected, null));
    }

    @Override
    public long sessionId() {
        return zooKeeper().getSessionId();
    }

    @Override
    public int grantedMillis() {
        return zooKeeper().getSessionTimeout();
    }

    @Override
    public boolean isAlive() {
        return zooKeeper().getState().isAlive();
    }

    @Override
    public void sync(IntConsumer answer) {
        zooKeeper().sync("/", (rc, path, ctx) -> answer.accept(rc), null);
    }

    @Override
    public void agree(IntConsumer answer) {
        zooKeeper()
                .multi(
                        List.of(Op.check("/", ANY_VERSION)),
                        (rc, path, ctx, results) ->
                                answer.accept(AGREED_REFUSALS.contains(ErrorKind.codeOf(rc)) ? Code.OK.intValue() : rc),
                        null);
    }

    /** Asks along, where it is not known, which release the server is of: every server has that node from 3.5 on. */
    @Override
    public void lookAtRoot(IntConsumer answer) {
        if (servers.asksForConfig()) {
            zooKeeper().getConfig(false, (rc, path, ctx, data, stat) -> servers.configRead(ErrorKind.codeOf(rc)), null);
        }
        zooKeeper().exists("/", false, (rc, path, ctx, stat) -> answer.accept(rc), null);
    }

    @Override
    public Requests requests(EventLoop loop, RestorePolicy policy, Quarantine quarantine) {
        return new Requests(new HandleWire(zooKeeper()), loop, policy, quarantine);
    }

    @Override
    public void abandon() {
        endIfAlive();
        if (gate != null) {
            gate.retire(this::endIfAlive);
        }
    }

    @Override
    public void interruptEventThread() {
        spared = true; // before: what waits behind the interrupted callback may block, too
        Thread thread = eventThread;
        if (thread != null && thread != Thread.currentThread()) {
            thread.interrupt();
        }
    }

    /**
     * Whether the connecting thread has ended because of an error (C9): the client's state does not show that, as it
     * does when the handle was closed, or refused by a server.
     *
     * @return whether it has; false before it has begun, and for a handle of the caller's own factory
     */
    public boolean hasDied() {
        return pulse.hasEnded() && zooKeeper().getState().isAlive();
    }

    /**
     * Time since its last sign of life: an event, or an attempt to connect.
     *
     * @return by the session's ticker
     */
    public Duration quiet() {
        return gate == null ? Duration.ZERO : pulse.quiet();
    }

    /**
     * Where the connecting thread is now, for people to read.
     *
     * @return its stack; empty when it has ended or is not known
     */
    public StackTraceElement[] stack() {
        return pulse.stack();
    }

    /** Makes the next connection attempt at once. */
    public void hurry() {
        if (gate != null) {
            gate.hurry();
        }
    }

    /**
     * Tells the server that the session is over, and waits for its answer without bound; {@link #abandon} from another
     * thread ends the wait.
     *
     * @throws InterruptedException when interrupted
     */
    public void closeAtServer() throws InterruptedException {
        ZooKeeper made = zooKeeper();
        if (made instanceof SupervisedZooKeeper supervised) {
            supervised.closeAtServer();
        } else {
            made.close();
        }
    }

    /** Ends its threads and its socket without telling the server. */
    void endIfAlive() {
        ZooKeeper made = zooKeeper();
        if (!made.getState().isAlive()) {
            return;
        }
        if (made instanceof SupervisedZooKeeper supervised) {
            supervised.abandon();
        } else {
            made.getTestable().injectSessionExpiration();
        }
    }

    /** Where its client reports events, once it has reported one. */
    @Nullable
    Thread eventThread() {
        return eventThread;
    }

    /** Whether the event thread is to end, and callbacks run elsewhere. */
    boolean isSpared() {
        return spared;
    }

    KeeperState lastState() {
        return lastState;
    }

    @Nullable
    ConnectionGate gate() {
        return gate;
    }
}
