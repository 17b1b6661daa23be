package io.perennial.internal.session;

import static io.perennial.testing.Sessions.awaitState;
import static io.perennial.testing.Sessions.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.operation.Effect;
import io.perennial.operation.Write;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ZKConfig;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Poison of every kind at once in one session, beside 500 nodes, 500 watches and callers at work: answers longer than
 * the client takes (children, a tree's children, data), requests longer than the server takes (a node, a node's new
 * data, batches of nodes that fit one by one), and what the server does not know (containers, the list of a session's
 * nodes).
 */
@ExtendWith(NoLeaks.class)
@Tag("C3")
@Tag("W1")
@Tag("S-58")
class PoisonedSessionIT {
    private static final int MOST_BYTES_AT_CLIENT = 200_000;
    /** Enough for what the client sends by itself: the watches that it arms again, 128 KB at once. */
    private static final int MOST_BYTES_AT_SERVER = 160_000;

    private static final int TOO_MANY_CHILDREN = 9_000;
    private static final byte[] TOO_LONG_AT_SERVER = new byte[180_000];
    private static final byte[] TOO_LONG_AT_CLIENT = new byte[240_000];
    private static final Duration IN_PLACE_WITHIN = Duration.ofSeconds(2);
    private static final int CONNECTIONS_A_MINUTE = 10;

    @AutoClose
    private final SessionRig rig = new SessionRig();

    @AutoClose
    private final Callers callers = new Callers();

    private final Map<String, CompletableFuture<?>> poisoned = new LinkedHashMap<>();
    private Innocents innocents;
    private ResilientSession session;

    @BeforeEach
    void poison() throws Exception {
        innocents = new Innocents(rig);
        makeTooManyChildren("/big");
        rig.observer().create("/tree", new byte[0]);
        makeTooManyChildren("/tree/wide");
        rig.observer().create("/large", TOO_LONG_AT_CLIENT);
        rig.server().limitRequests(MOST_BYTES_AT_SERVER);
        rig.server().forget(op -> op == OpCode.createContainer || op == OpCode.getEphemerals);
        var config = new ZKClientConfig();
        config.setProperty(ZKConfig.JUTE_MAXBUFFER, Integer.toString(MOST_BYTES_AT_CLIENT));
        session = rig.build(builder -> builder.clientConfig(config));

        poisoned.put("/big", session.watches().children("/big", change -> {}).whenArmed());
        poisoned.put("/tree/wide", session.watches().tree("/tree", change -> {}).whenArmed());
        innocents.registerWith(session);
        poisoned.put("/large", session.watches().node("/large", change -> {}).whenArmed());
        poisoned.put(
                "/nodes/large",
                session.ephemerals()
                        .register("/nodes/large", TOO_LONG_AT_SERVER)
                        .whenHeld());
        poisoned.put(
                "/boxes/box/node",
                session.ephemerals()
                        .register(EphemeralSpec.at("/boxes/box/node").containerParents(true))
                        .whenHeld());
        EphemeralNode growing = session.ephemerals().register("/growing", new byte[0]);
        session.start();
        eventually(() -> assertThat(growing.whenHeld()).isCompleted());
        poisoned.put("/growing", growing.update(TOO_LONG_AT_SERVER));
        callers.start();
    }

    @Test
    void leavesAllElseInPlace_acrossReconnects_andCostsFewConnections() {
        assertRefused();
        awaitInPlace();
        int found = rig.proxy().connectionsAccepted();
        assertThat(found).isLessThan(30);

        for (Runnable fault : faults().values()) {
            reconnectAfter(fault);
            awaitInPlace();
        }

        assertThat(rig.proxy().connectionsAccepted() - found).isLessThan(20);
        assertThat(callers.failed).isEmpty();
    }

    @Test
    @Tag("soak")
    @Timeout(value = 9, unit = TimeUnit.MINUTES)
    void leavesAllElseInPlaceWithinTwoSecondsOfEachReconnect_andCostsFewerThanTenConnectionsAMinute() {
        assertRefused();
        awaitInPlace();
        tell("found all within %d connections", rig.proxy().connectionsAccepted());

        aQuietMinute("before");
        for (int round = 0; round < 3; round++) {
            faults().forEach(this::measure);
        }
        measure("lost and resumed", () -> {
            rig.stopServer();
            awaitState(session, SessionState.LOST);
            rig.restartServer();
        });
        measure("calls that no connection survives", this::makePoisonedCalls);
        aQuietMinute("after");
        assertThat(callers.failed).isEmpty();
    }

    private Map<String, Runnable> faults() {
        Map<String, Runnable> faults = new LinkedHashMap<>();
        faults.put("cut", rig.proxy()::cut);
        faults.put("server restarted", rig.server()::restart);
        faults.put("session expired", () -> rig.server().expireSession(Sessions.idOf(session)));
        return faults;
    }

    /** All of them cost connections by themselves: whoever makes them knows what has failed. */
    private void makePoisonedCalls() {
        var calls = session.operations().within(Duration.ofSeconds(20));
        CompletableFuture<?> read =
                calls.callAsync(Effect.READ, curator -> curator.getChildren().forPath("/big"));
        CompletableFuture<?> write = calls.transactionAsync(Write.setData("/plain", TOO_LONG_AT_SERVER, -1));
        eventually(() -> {
            assertThat(read).isCompletedExceptionally();
            assertThat(write).isDone();
        });
    }

    private void aQuietMinute(String which) {
        int before = rig.proxy().connectionsAccepted();
        int seen = before;
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (System.nanoTime() - end < 0) {
            if (rig.proxy().connectionsAccepted() != seen) {
                seen = tookToBeInPlace("a retry");
            }
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
        int made = rig.proxy().connectionsAccepted() - before;
        tell("%d connections in the minute %s", made, which);
        assertThat(made).isLessThan(CONNECTIONS_A_MINUTE);
    }

    private void measure(String name, Runnable fault) {
        reconnectAfter(fault);
        int unused = tookToBeInPlace(name);
    }

    private void reconnectAfter(Runnable fault) {
        int before = rig.proxy().connectionsAccepted();
        fault.run();
        eventually(() -> assertThat(rig.proxy().connectionsAccepted()).isGreaterThan(before));
    }

    private void awaitInPlace() {
        Innocents.Round round = innocents.begin();
        eventually(round::assertInPlace);
    }

    /** From the latest connection on, since each of them begins anew; returns how many there were by then. */
    private int tookToBeInPlace(String after) {
        int first = rig.proxy().connectionsAccepted();
        int seen = first;
        long since = System.nanoTime();
        long began = since;
        Innocents.Round round = innocents.begin();
        while (!round.isInPlace()) {
            int now = rig.proxy().connectionsAccepted();
            if (now != seen) {
                seen = now;
                since = System.nanoTime();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SessionRig.PATIENCE);
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
        Duration took = Duration.ofNanos(System.nanoTime() - since);
        tell("in place %d ms after the connection that followed %s", took.toMillis(), after);
        assertThat(took).as(after).isLessThan(IN_PLACE_WITHIN);
        return seen;
    }

    private static void tell(String figure, Object... arguments) {
        System.out.println("perennial.poison: " + figure.formatted(arguments));
    }

    private void assertRefused() {
        poisoned.forEach((path, future) -> assertThat(future)
                .as(path)
                .failsWithin(SessionRig.PATIENCE)
                .withThrowableThat()
                .withMessageContaining(path));
    }

    private void makeTooManyChildren(String parent) throws Exception {
        rig.observer().create(parent, new byte[0]);
        rig.fill(parent, TOO_MANY_CHILDREN);
    }

    /** Two threads that read and write all the time. */
    private final class Callers implements AutoCloseable {
        private final Queue<Throwable> failed = new ConcurrentLinkedQueue<>();
        private final List<Thread> threads = List.of(
                new Thread(() -> repeat(() -> session.operations()
                        .call(Effect.READ, curator -> curator.getData().forPath("/plain")))),
                new Thread(() -> repeat(() -> session.operations().setData("/plain", new byte[1], -1))));
        private volatile boolean stopped;

        private void start() {
            threads.forEach(Thread::start);
        }

        private void repeat(Runnable call) {
            while (!stopped) {
                try {
                    call.run();
                } catch (RuntimeException e) {
                    failed.add(e);
                }
                LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
            }
        }

        @Override
        public void close() throws InterruptedException {
            stopped = true;
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }
}
