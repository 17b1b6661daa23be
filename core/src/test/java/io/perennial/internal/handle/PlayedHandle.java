package io.perennial.internal.handle;

import io.perennial.internal.connect.Attempts;
import io.perennial.internal.connect.ConnectionGate;
import io.perennial.internal.connect.Endpoint;
import io.perennial.internal.connect.Pacer;
import io.perennial.internal.connect.ServerList;
import io.perennial.internal.connect.SocketProbe;
import io.perennial.internal.engine.SessionThreads;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.engine.Ticker;
import io.perennial.internal.protocol.ServerKnowledge;
import io.perennial.testing.Blocking;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.apache.zookeeper.IdleZooKeeper;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;

/** A handle of ours whose client has no threads: a test gives its signs of life. */
public final class PlayedHandle implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final SessionThreads threads = new SessionThreads("played", PlayedHandle.class.getClassLoader());
    private final IdleZooKeeper client;
    private final Pulse pulse;
    private final ConnectionGate gate;
    private final Handle handle;
    private final ServerKnowledge servers = new ServerKnowledge();
    private final List<HandleEvent> told = new ArrayList<>();
    private final List<Integer> grants = new ArrayList<>();
    private final CountDownLatch released = new CountDownLatch(1);

    public PlayedHandle(Ticker ticker) {
        try {
            client = new IdleZooKeeper();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        pulse = new Pulse(ticker);
        var random = new SplittableRandom(1);
        gate = new ConnectionGate(
                new ServerList(List.of(new Endpoint("127.0.0.1", 2181)), InetAddress::getAllByName, random),
                new ConnectionGate.Timeouts(TIMEOUT, TIMEOUT),
                false,
                new SocketProbe(true),
                new Attempts(TIMEOUT, random),
                new Pacer(() -> true, ticker),
                () -> {},
                new ThrottledLog("played", ticker),
                ticker);
        handle = new Handle(1, null, ticker.nanos(), pulse, gate, threads, servers, told::add, (source, event) -> {});
        gate.whenGranted(() -> 0, this::reportGrant);
        handle.made(client);
        handle.publish();
    }

    public Handle handle() {
        return handle;
    }

    public IdleZooKeeper client() {
        return client;
    }

    /** The session's, among which its event thread counts. */
    SessionThreads threads() {
        return threads;
    }

    /** What its listeners were told of its connection. */
    List<KeeperState> told() {
        return told.stream().map(HandleEvent::state).toList();
    }

    private void reportGrant() {
        handle.reportGrant((id, millis) -> grants.add(millis));
    }

    /** What it has said, in milliseconds. */
    List<Integer> grants() {
        return List.copyOf(grants);
    }

    /** A server gives its session. */
    void connects() {
        if (handle.isAlive()) {
            gate.next(1);
        }
        gate.onConnected();
    }

    /** Its event thread says something. */
    public void says(KeeperState state) {
        handle.process(new WatchedEvent(EventType.None, state, null));
    }

    /** A thread that lives on makes an attempt to connect. */
    public void attempts() throws InterruptedException {
        var begun = new CountDownLatch(1);
        var thread = new Thread(() -> {
            pulse.attempt();
            begun.countDown();
            Blocking.until(released);
        });
        thread.setDaemon(true);
        thread.start();
        begun.await();
        while (thread.getState() == Thread.State.RUNNABLE) {
            Thread.onSpinWait(); // Until it stands where tests look for it.
        }
    }

    /** A thread makes an attempt to connect, and ends. */
    public void attemptsAndDies() throws InterruptedException {
        var thread = new Thread(pulse::attempt);
        thread.start();
        thread.join();
    }

    @Override
    public void close() {
        released.countDown();
    }
}
