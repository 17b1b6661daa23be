package io.perennial.internal.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.engine.Ticker;
import io.perennial.testing.CapturedLog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
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
    private final List<String> resolved = new CopyOnWriteArrayList<>();
    private final List<ConnectionGate> gates = new ArrayList<>();
    private final HandTicker ticker = new HandTicker();
    private final AtomicInteger promptly = new AtomicInteger();
    private boolean attaches;
    private volatile HostResolver resolver = host -> new InetAddress[] {local()};

    @AfterEach
    void retireAll() {
        gates.forEach(gate -> gate.retire(() -> {}));
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
    @Tag("C3")
    @DisplayName("A handle that has lost its connection tries once without a look, which would be a second connection")
    void looksFirst_fromTheSecondAttemptAfterALoss_andHasTheClientTryWithoutAPause() throws Exception {
        int port = freePort();
        ConnectionGate gate = gate("zk1:" + port);
        next(gate);
        gate.onConnected();
        assertThat(promptly).hasValue(1);

        try (var written = CapturedLog.ofSessions()) {
            next(gate);
            assertThat(promptly).hasValue(2);

            CompletableFuture<String> attempt = CompletableFuture.supplyAsync(() -> next(gate));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(resolved).hasSizeGreaterThan(6));
            assertThat(attempt).isNotDone();
            assertThat(promptly).hasValue(2);
            assertThat(written.lines()).as("a server that restarts").isEmpty();

            try (var server = new ServerSocket(port, 1, local())) {
                assertThat(attempt).succeedsWithin(PATIENCE).isEqualTo("zk1:" + server.getLocalPort());
                assertThat(promptly).hasValue(3);
            }
        }
    }

    @Test
    @DisplayName("A client that is told an error each time it asks would ask, and log, without a pause")
    void rests_whenAnErrorComesAgainAndAgain() {
        ConnectionGate gate = gate("zk1:1");
        gate.retire(() -> {
            throw new NoClassDefFoundError("java/util/concurrent/ThreadLocalRandom");
        });

        long begun = System.nanoTime();
        for (int i = 0; i < 8; i++) {
            assertThatThrownBy(() -> next(gate)).isInstanceOf(NoClassDefFoundError.class);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(390));
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
    void endsALookUnderWay_whenTheHandleIsAboutToClose() throws Exception {
        endsALookUnderWay(ConnectionGate::closing, "closed");
    }

    @Test
    @Tag("S-48")
    void endsALookUnderWay_whenTheHandleHasEnded() throws Exception {
        endsALookUnderWay(gate -> gate.retire(() -> {}), "retired");
    }

    private void endsALookUnderWay(Consumer<ConnectionGate> end, String message) throws Exception {
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

            end.accept(gate);

            assertThat(attempt).succeedsWithin(PATIENCE).satisfies(e -> assertThat(e)
                    .hasMessageContaining(message));
        }
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
    @Tag("S-56")
    void neverHoldsAReadOnlyClientThatSeeksAnotherServer() {
        ConnectionGate gate = gate("zk1:1");
        mayConnect.set(false);

        assertThat(gate.next(0)).isEqualTo(unresolved("zk1", 1));
        assertThat(resolved).isEmpty();
    }

    @Test
    @Tag("H1")
    @DisplayName("The list may have changed between the last handle and this one")
    void saysNothingOfServers_thatAnEarlierHandleHadOnItsList() {
        var attempts = new Attempts(Duration.ofSeconds(30), RANDOM);
        attempts.failed(new Endpoint("zk9", 9), Reason.HANGS_UP);

        gate(ConnectString.parse("zk1:1").servers(), attempts, Duration.ofSeconds(30), Duration.ofSeconds(10));

        assertThat(attempts.trouble(0)).isNull();
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

    /** Or each server would have a second of what is granted, instead of ten. */
    @Test
    @Tag("L1")
    void goesByWhatIsGranted_howeverMuchWasAskedFor() {
        ConnectionGate gate = gate(List.of(new Endpoint("zk", 1)), Duration.ofSeconds(400), Duration.ofSeconds(10));
        assertThat(gate.size()).isEqualTo(40);

        gate.whenGranted(() -> 40_000, () -> {});

        assertThat(gate.size()).isEqualTo(4);
    }

    @Test
    @Tag("S-48")
    void tellsOfEachGrant_alsoOneToAHandleThatIsRetired() {
        ConnectionGate gate = gate("zk1:1");
        var grants = new AtomicInteger();
        gate.whenGranted(() -> 40_000, grants::incrementAndGet);

        gate.onConnected();
        assertThat(grants).hasValue(1);

        gate.retire(() -> {});
        assertThatThrownBy(gate::onConnected).hasMessageContaining("retired");
        assertThat(grants).hasValue(2);
    }

    @Test
    @Tag("C1")
    void admitsAgain_whenAConnectionIsEstablished_thoughItsAttemptWasToBeInVain() throws Exception {
        ConnectionGate gate = gate("unknown:1", "unheard-of:2");
        resolver = host -> {
            throw new UnknownHostException(host);
        };
        assertThat(gate.admits()).isTrue();

        next(gate);
        assertThat(resolved).as("each once before one is tried in vain").hasSize(2);
        assertThat(gate.admits()).isFalse();
        gate.onConnected();

        assertThat(gate.admits()).isTrue();
    }

    private ConnectionGate gate(String... servers) {
        return gate(
                ConnectString.parse(String.join(",", servers)).servers(),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10));
    }

    private ConnectionGate gate(List<Endpoint> servers, Duration sessionTimeout, Duration connectTimeout) {
        return gate(servers, new Attempts(sessionTimeout, RANDOM), sessionTimeout, connectTimeout);
    }

    private ConnectionGate gate(
            List<Endpoint> servers, Attempts attempts, Duration sessionTimeout, Duration connectTimeout) {
        HostResolver noting = host -> {
            resolved.add(host);
            return resolver.resolve(host);
        };
        var gate = new ConnectionGate(
                new ServerList(servers, noting, RANDOM),
                new ConnectionGate.Timeouts(sessionTimeout, connectTimeout),
                attaches,
                new SocketProbe(true),
                attempts,
                new Pacer(mayConnect::get, Ticker.system()),
                promptly::incrementAndGet,
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
