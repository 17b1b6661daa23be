package io.perennial.handle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.perennial.engine.HandTicker;
import io.perennial.engine.ThrottledLog;
import io.perennial.engine.Ticker;
import io.perennial.testing.CapturedLog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionGateTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final RandomGenerator RANDOM =
            () -> ThreadLocalRandom.current().nextLong();
    private static final long SPIN_DELAY = 1_000;

    private final AtomicBoolean mayConnect = new AtomicBoolean(true);
    private final AtomicInteger mayConnectAsked = new AtomicInteger();
    private final List<String> resolved = new CopyOnWriteArrayList<>();
    private final List<ConnectionGate> gates = new ArrayList<>();
    private final HandTicker ticker = new HandTicker();
    private Attempts attempts = new Attempts(Duration.ofSeconds(30), RANDOM); // of the last gate
    private boolean attaches;
    private volatile HostResolver resolver = host -> new InetAddress[] {local()};

    @AfterEach
    void retireAll() {
        gates.forEach(gate -> gate.retire(() -> {}));
    }

    @Test
    void takesServersInTurn() {
        ConnectionGate gate = gate("zk1:1", "zk2:2", "zk3:3");

        List<String> firstRound = List.of(next(gate), next(gate), next(gate));
        List<String> secondRound = List.of(next(gate), next(gate), next(gate));

        assertThat(firstRound).containsExactlyInAnyOrder("zk1:1", "zk2:2", "zk3:3");
        assertThat(secondRound).isEqualTo(firstRound);
    }

    @Test
    @Tag("C2")
    void isSeeking_fromTheNextAttemptToTheNextConnection() {
        ConnectionGate gate = gate("zk1:1");
        assertThat(gate.isSeeking()).isFalse();

        gate.next(SPIN_DELAY);
        assertThat(gate.isSeeking()).isTrue();
        gate.onConnected();
        assertThat(gate.isSeeking()).isFalse();

        gate.next(0); // which a read-only client asks while it is connected
        assertThat(gate.isSeeking()).isFalse();
    }

    @Test
    void doesNotLetAllClientsBeginWithTheSameServer() {
        Set<String> firsts = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            firsts.add(next(gate("zk1:1", "zk2:2", "zk3:3")));
        }

        assertThat(firsts).hasSize(3);
    }

    @Test
    @Tag("S-55")
    void resolvesTheNameAnew_beforeEachAttempt_andKeepsItOnTheAddress() throws Exception {
        ConnectionGate gate = gate("zk1:2181");
        var count = new AtomicInteger();
        resolver = host ->
                new InetAddress[] {InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) count.incrementAndGet()})};

        InetSocketAddress first = gate.next(SPIN_DELAY);
        InetSocketAddress second = gate.next(SPIN_DELAY);

        assertThat(first.getAddress().getHostAddress()).isEqualTo("10.0.0.1");
        assertThat(second.getAddress().getHostAddress()).isEqualTo("10.0.0.2");
        assertThat(second.getHostString()).as("what TLS checks").isEqualTo("zk1");
        assertThat(resolved).containsExactly("zk1", "zk1");
    }

    @Test
    @Tag("S-54")
    void goesOnToTheNextServer_whenANameCannotBeResolved() {
        ConnectionGate gate = gate("unknown:1", "zk2:2");
        resolver = host -> {
            if (host.equals("unknown")) {
                throw new UnknownHostException(host);
            }
            return new InetAddress[] {local()};
        };

        assertThat(next(gate)).isEqualTo("zk2:2");
        assertThat(next(gate)).isEqualTo("zk2:2");
    }

    @Test
    @Tag("S-54")
    void waitsUntilTheNameCanBeResolved() throws Exception {
        try (var server = new ServerSocket(0, 1, local())) {
            ConnectionGate gate = gate("zk1:" + server.getLocalPort());
            resolver = host -> {
                throw new UnknownHostException(host);
            };
            CompletableFuture<String> attempt = CompletableFuture.supplyAsync(() -> next(gate));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(resolved).hasSizeGreaterThan(4));
            assertThat(attempt).isNotDone();
            assertThat(gate.reachability()).isEqualTo(Reachability.UNREACHABLE);

            resolver = host -> new InetAddress[] {local()};

            assertThat(attempt).succeedsWithin(PATIENCE).isEqualTo("zk1:" + server.getLocalPort());
        }
    }

    @Test
    @Tag("S-53")
    void letsTheClientTryOnlyWhenAServerAnswers_afterTwoRoundsInVain() throws Exception {
        int port = freePort();
        ConnectionGate gate = gate("zk1:" + port);
        next(gate);
        next(gate);
        assertThat(gate.reachability()).isEqualTo(Reachability.UNKNOWN);

        try (var written = CapturedLog.ofSessions()) {
            CompletableFuture<String> attempt = CompletableFuture.supplyAsync(() -> next(gate));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(written.lines()).isNotEmpty());
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(resolved).hasSizeGreaterThan(6));
            assertThat(attempt).isNotDone();
            assertThat(gate.reachability()).isEqualTo(Reachability.UNREACHABLE);
            assertThat(written.lines())
                    .singleElement()
                    .asString()
                    .startsWith("WARN session 'orders': no server is reachable after 3 attempts")
                    .contains("zk1:" + port);

            try (var server = new ServerSocket(port, 1, local())) {
                assertThat(attempt).succeedsWithin(PATIENCE).isEqualTo("zk1:" + server.getLocalPort());
                assertThat(gate.reachability()).isEqualTo(Reachability.REACHABLE);
            }
        }
    }

    @Test
    @Tag("S-42")
    void admitsNoRequestWhileNoServerIsReachable_andLetsTheClientFailThoseFromJustBefore() throws Exception {
        int port = freePort();
        ConnectionGate gate = gate("zk1:" + port);
        next(gate);
        assertThat(gate.admits()).isTrue();
        next(gate);

        assertThat(CompletableFuture.supplyAsync(() -> next(gate)))
                .as("an attempt in vain, as a request may wait for it")
                .succeedsWithin(PATIENCE);
        assertThat(gate.admits()).isFalse();
        CompletableFuture<String> held = CompletableFuture.supplyAsync(() -> next(gate));
        int soFar = resolved.size();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(resolved).hasSizeGreaterThan(soFar + 3));
        assertThat(held).isNotDone();
        assertThat(gate.admits()).isFalse();

        ticker.advance(Duration.ofMinutes(1));
        assertThat(held).as("once more, for a late one").succeedsWithin(PATIENCE);
        CompletableFuture<String> attempt = CompletableFuture.supplyAsync(() -> next(gate));
        ticker.advance(Duration.ofMinutes(5));
        int afterwards = resolved.size();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(resolved).hasSizeGreaterThan(afterwards + 3));
        assertThat(attempt).isNotDone();

        try (var server = new ServerSocket(port, 1, local())) {
            assertThat(attempt).succeedsWithin(PATIENCE).isEqualTo("zk1:" + server.getLocalPort());
            assertThat(gate.admits()).isTrue();
        }
    }

    @Test
    @Tag("S-42")
    void admitsNoRequestInALongPause_afterServersThatHungUp() throws Exception {
        try (var server = new ServerSocket(0, 50, local())) {
            attaches = true;
            ConnectionGate gate = gate("zk1:" + server.getLocalPort());
            for (int round = 0; round < 10; round++) {
                attempts.reached();
                attempts.begin(ticker.nanos());
                attempts.pause(1, true);
            }
            attempts.reached();
            var over = new AtomicBoolean();
            CompletableFuture<Void> client = CompletableFuture.runAsync(() -> {
                while (!over.get()) {
                    next(gate);
                }
            });

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(gate.admits()).isFalse());
            over.set(true);
            gate.hurry();

            assertThat(client).succeedsWithin(PATIENCE);
            assertThat(gate.admits()).isTrue();
        }
    }

    @Test
    @Tag("C1")
    void admitsRequests_whenTheAttemptInVainConnectsAllTheSame() throws Exception {
        ConnectionGate gate = gate("zk1:" + freePort());
        next(gate);
        next(gate);
        gate.admits();
        ticker.advance(Duration.ofSeconds(7));
        long before = ticker.nanos();
        assertThat(CompletableFuture.supplyAsync(() -> next(gate)))
                .as("an attempt in vain")
                .succeedsWithin(PATIENCE);
        assertThat(gate.admits()).isFalse();

        gate.onConnected(); // the server was back by the time that the client connected

        assertThat(gate.admits()).isTrue();
        assertThat(gate.connectingSince()).isEqualTo(before);
    }

    @Test
    @Tag("S-03")
    void keepsTheClientsFirstAttemptUntilAServerAnswers_whenToldToProbeAtOnce() throws Exception {
        int port = freePort();
        attaches = true;
        ConnectionGate gate = gate("zk1:" + port);
        CompletableFuture<String> attempt = CompletableFuture.supplyAsync(() -> next(gate));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(resolved).hasSizeGreaterThan(2));
        assertThat(attempt).isNotDone();

        try (var server = new ServerSocket(port, 1, local())) {
            assertThat(attempt).succeedsWithin(PATIENCE).isEqualTo("zk1:" + server.getLocalPort());
        }
    }

    @Test
    void beginsAnewWithoutProbes_onceConnected() throws Exception {
        int nobody = freePort();
        ConnectionGate gate = gate("zk1:" + nobody);
        next(gate);
        next(gate);

        gate.onConnected();

        assertThat(gate.reachability()).isEqualTo(Reachability.UNKNOWN);
        assertThat(CompletableFuture.supplyAsync(() -> next(gate) + next(gate)))
                .succeedsWithin(PATIENCE)
                .isEqualTo(("zk1:" + nobody).repeat(2));
    }

    @Test
    @Tag("C3")
    @DisplayName("Or each reconnect would cost two connections for the rest of a handle that took a session over")
    void looksAheadNoMore_onceItHasTheSessionThatItAttachesTo() throws Exception {
        attaches = true;
        String address;
        ConnectionGate gate;
        try (var server = new ServerSocket(0, 1, local())) {
            address = "zk1:" + server.getLocalPort();
            gate = gate(address);
            assertThat(next(gate)).isEqualTo(address);
            gate.onConnected();
        }

        assertThat(CompletableFuture.supplyAsync(() -> next(gate) + next(gate)))
                .succeedsWithin(PATIENCE)
                .isEqualTo(address.repeat(2));
    }

    @Test
    @Tag("C6")
    @DisplayName("A connection is no session: each round that came to no more makes the next pause longer")
    void pausesLongerAndLonger_whileAServerAcceptsAndGivesNoSession() throws Exception {
        try (var server = hangingUp()) {
            ConnectionGate gate = gate("zk1:" + server.getLocalPort());
            next(gate);
            next(gate);
            for (int bound = 50; bound <= 400; bound *= 2) {
                next(gate);
                assertThat(attempts.longestPause(false)).isEqualTo(Duration.ofMillis(bound));
            }

            gate.onConnected();

            assertThat(attempts.made()).isZero();
            next(gate);
            assertThat(attempts.longestPause(false)).isEqualTo(Duration.ofMillis(50));
        }
    }

    @Test
    @Tag("C6")
    void waitsAsTheAttemptsSay() throws Exception {
        ConnectionGate gate = gate("zk1:" + freePort());
        letDown(10);
        var end = new CompletableFuture<Throwable>();
        var sendThread = new Thread(() -> end.complete(catchThrowable(() -> {
            while (true) {
                next(gate);
            }
        })));
        sendThread.setDaemon(true);
        sendThread.start();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(sendThread.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("awaitTurn"))
                .anyMatch(frame -> frame.getMethodName().equals("awaitNanos")));

        gate.retire(() -> {});
        assertThat(end).succeedsWithin(PATIENCE).satisfies(e -> assertThat(e).hasMessageContaining("retired"));
    }

    @Test
    @Tag("C6")
    @DisplayName("The servers' clock of a session runs: 20 pauses of 50 ms at most, which would be of 5 s at most")
    void pausesNoLongerThanASessionLeavesTimeFor_onceItHasOne() throws Exception {
        try (var server = hangingUp()) {
            var endpoint = new Endpoint("zk1", server.getLocalPort());
            ConnectionGate gate = gate(List.of(endpoint), Duration.ofMillis(200), Duration.ofSeconds(10));
            next(gate);
            gate.onConnected();
            letDown(10);

            CompletableFuture<Void> attempts = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 20; i++) {
                    next(gate);
                }
            });

            assertThat(attempts).succeedsWithin(PATIENCE);
        }
    }

    /** A server that accepts and hangs up. */
    private static ServerSocket hangingUp() throws IOException {
        var server = new ServerSocket(0, 50, local());
        var thread = new Thread(() -> {
            while (!server.isClosed()) {
                try {
                    server.accept().close();
                } catch (IOException e) {
                    // The test is over, or the client was quicker.
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    /** That many rounds in which servers accepted and gave no session. */
    private void letDown(int rounds) {
        for (int i = 0; i < rounds; i++) {
            attempts.begin(0);
            attempts.reached();
            attempts.pause(1, false);
        }
    }

    @Test
    @Tag("S-48")
    void endsAnAttemptUnderWay_whenRetired() throws Exception {
        ConnectionGate gate = gate("zk1:" + freePort());
        next(gate);
        next(gate);
        CompletableFuture<Throwable> attempt = failureOf(() -> next(gate));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(gate.reachability()).isEqualTo(Reachability.UNREACHABLE));

        gate.retire(() -> {});

        assertThat(attempt).succeedsWithin(PATIENCE).satisfies(e -> assertThat(e)
                .hasMessageContaining("retired"));
        assertThatThrownBy(() -> next(gate)).hasMessageContaining("retired");
    }

    @Test
    @Tag("S-48")
    void hasTheHandleEndedAgain_whenItsThreadComesAfterItsEnd() {
        ConnectionGate gate = gate("zk1:1");
        var endedAgain = new AtomicInteger();
        gate.retire(endedAgain::incrementAndGet);
        assertThat(endedAgain).hasValue(0);

        assertThatThrownBy(() -> next(gate)).hasMessageContaining("retired");
        assertThatThrownBy(gate::onConnected).hasMessageContaining("retired");

        assertThat(endedAgain).hasPositiveValue();
    }

    @Test
    @Tag("C14")
    void endsAnAttemptUnderWay_whenTheHandleIsAboutToClose() throws Exception {
        ConnectionGate gate = gate("zk1:" + freePort());
        next(gate);
        next(gate);
        CompletableFuture<Throwable> attempt = failureOf(() -> next(gate));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(gate.reachability()).isEqualTo(Reachability.UNREACHABLE));

        gate.closing();

        assertThat(attempt).succeedsWithin(PATIENCE).satisfies(e -> assertThat(e)
                .hasMessageContaining("closed"));
    }

    @Test
    @Tag("C14")
    void endsALookUnderWay_whenTheHandleIsAboutToClose() throws Exception {
        try (var server = new ServerSocket(0, 1, local());
                var first = new Socket(local(), server.getLocalPort());
                var second = new Socket(local(), server.getLocalPort())) {
            assertThat(List.of(first, second)).allMatch(Socket::isConnected); // no other finds room
            attaches = true;
            ConnectionGate gate =
                    gate(List.of(new Endpoint("zk1", server.getLocalPort())), Duration.ofHours(1), Duration.ofHours(1));
            var attempt = new CompletableFuture<Throwable>();
            var sendThread = new Thread(() -> attempt.complete(catchThrowable(() -> next(gate))));
            sendThread.setDaemon(true);
            sendThread.start();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(sendThread.getStackTrace())
                    .anyMatch(frame -> frame.getClassName().equals(Socket.class.getName())));

            gate.closing();

            assertThat(attempt).succeedsWithin(PATIENCE).satisfies(e -> assertThat(e)
                    .hasMessageContaining("closed"));
        }
    }

    @Test
    @Tag("C19")
    @DisplayName("An interrupt ends neither the wait nor those to come")
    void keepsToItsPace_whenItsThreadIsInterrupted() throws Exception {
        ConnectionGate gate = gate("zk1:" + freePort());
        mayConnect.set(false);
        var attempt = new CompletableFuture<String>();
        var sendThread = new Thread(() -> attempt.complete(next(gate) + " " + Thread.interrupted()));
        sendThread.setDaemon(true);
        sendThread.start();
        awaitWaiting(sendThread);
        int before = mayConnectAsked.get();

        for (int i = 0; i < 50; i++) {
            sendThread.interrupt();
            awaitWaiting(sendThread);
        }

        assertThat(mayConnectAsked.get() - before).as("waits of a second").isLessThan(25);
        assertThat(attempt).isNotDone();
        mayConnect.set(true);
        assertThat(attempt).succeedsWithin(PATIENCE).asString().endsWith(" false");
    }

    private static void awaitWaiting(Thread sendThread) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).untilAsserted(() -> {
            assertThat(sendThread.isInterrupted()).isFalse();
            assertThat(sendThread.getState()).isEqualTo(Thread.State.TIMED_WAITING);
        });
    }

    @Test
    @Tag("S-50")
    void holdsTheAttempt_whenTheOwnerIsGone() {
        ConnectionGate gate = gate("zk1:1");
        var asked = new AtomicInteger();
        mayConnect.set(false);
        CompletableFuture<Throwable> attempt = failureOf(() -> {
            asked.incrementAndGet();
            next(gate);
        });
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(asked).hasValue(1));
        assertThat(resolved).isEmpty();
        assertThat(attempt).isNotDone();

        gate.retire(() -> {});

        assertThat(attempt).succeedsWithin(PATIENCE).satisfies(e -> assertThat(e)
                .hasMessageContaining("retired"));
        assertThat(resolved).as("no attempt was begun").isEmpty();
    }

    @Test
    @Tag("S-09")
    void goesToTheNewServers_whenTheListChanges_andStaysWhereItIsStillListed() throws Exception {
        ConnectionGate gate = gate("zk1:1", "zk2:2");
        var current = new InetSocketAddress(InetAddress.getByAddress("zk1", local().getAddress()), 1);

        assertThat(gate.updateServerList(List.of(unresolved("zk1", 1), unresolved("zk3", 3)), current))
                .as("whether to leave a server that is still listed")
                .isFalse();
        assertThat(gate.updateServerList(List.of(unresolved("127.0.0.1", 1)), current))
                .as("whether to leave a server that is listed by its address")
                .isFalse();
        assertThat(gate.updateServerList(List.of(unresolved("zk1", 9)), current))
                .as("whether to leave a server whose port is another")
                .isTrue();
        assertThat(gate.updateServerList(List.of(unresolved("zk4", 4), unresolved("zk5", 5)), null))
                .as("whether to leave none")
                .isFalse();

        assertThat(List.of(next(gate), next(gate))).containsExactlyInAnyOrder("zk4:4", "zk5:5");
    }

    @Test
    @Tag("S-09")
    void followsTheEnsemble_andKeepsItsTurn_whileTheListIsTheSame() {
        ConnectionGate gate = gate("zk1:1", "zk2:2", "zk3:3");
        Set<String> round = new HashSet<>();
        for (int attempt = 0; attempt < 3; attempt++) {
            gate.follow(ConnectString.parse("zk3:3,zk2:2,zk1:1").servers());
            round.add(next(gate));
        }
        assertThat(round).containsExactlyInAnyOrder("zk1:1", "zk2:2", "zk3:3");

        gate.onConnected(); // otherwise it would look first whether the new one answers
        gate.follow(ConnectString.parse("zk4:4").servers());

        assertThat(next(gate)).isEqualTo("zk4:4");
    }

    @Test
    @Tag("S-56")
    void neverHoldsAReadOnlyClientThatSeeksAnotherServer() {
        ConnectionGate gate = gate("zk1:1");
        mayConnect.set(false);

        assertThat(gate.next(0)).isEqualTo(unresolved("zk1", 1));
        assertThat(resolved).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "30, 10, 1, 3", // the client divides the session timeout by it: 10 s for a connection
        "30, 7, 1, 5",
        "10, 30, 1, 1",
        "10, 30, 3, 3",
    })
    void makesTheClientRespectTheConnectTimeout(int sessionSeconds, int connectSeconds, int servers, int size) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int port = 1; port <= servers; port++) {
            endpoints.add(new Endpoint("zk", port));
        }

        assertThat(gate(endpoints, Duration.ofSeconds(sessionSeconds), Duration.ofSeconds(connectSeconds))
                        .size())
                .isEqualTo(size);
    }

    private ConnectionGate gate(String... servers) {
        return gate(
                ConnectString.parse(String.join(",", servers)).servers(),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10));
    }

    private ConnectionGate gate(List<Endpoint> servers, Duration sessionTimeout, Duration connectTimeout) {
        attempts = new Attempts(sessionTimeout, RANDOM);
        HostResolver noting = host -> {
            resolved.add(host);
            return resolver.resolve(host);
        };
        BooleanSupplier asked = () -> {
            mayConnectAsked.incrementAndGet();
            return mayConnect.get();
        };
        var gate = new ConnectionGate(
                new ServerList(servers, noting, RANDOM),
                new ConnectionGate.Timeouts(sessionTimeout, connectTimeout),
                attaches,
                new SocketProbe(connectTimeout, true),
                attempts,
                new Pacer(asked, Ticker.system()),
                new ThrottledLog("orders", ticker),
                ticker);
        gates.add(gate);
        return gate;
    }

    private static String next(ConnectionGate gate) {
        InetSocketAddress address = gate.next(SPIN_DELAY);
        return address.getHostString() + ":" + address.getPort();
    }

    private static CompletableFuture<Throwable> failureOf(ThrowingCallable call) {
        return CompletableFuture.supplyAsync(() -> catchThrowable(call));
    }

    private static InetSocketAddress unresolved(String host, int port) {
        return InetSocketAddress.createUnresolved(host, port);
    }

    private static InetAddress local() {
        return InetAddress.getLoopbackAddress();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, local())) {
            return socket.getLocalPort();
        }
    }
}
