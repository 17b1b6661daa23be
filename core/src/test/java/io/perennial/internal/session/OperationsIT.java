package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.retry.RetryConfig;
import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.operation.Effect;
import io.perennial.operation.OperationFailedException;
import io.perennial.operation.Operations;
import io.perennial.operation.OutcomeUnknownException;
import io.perennial.operation.SessionClosedException;
import io.perennial.operation.SessionReplacedException;
import io.perennial.operation.SessionUnavailableException;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Calls through trouble: what is repeated, what is not, and what the caller is told. */
@ExtendWith(NoLeaks.class)
class OperationsIT {
    private static final byte[] OLD = {1};
    private static final byte[] NEW = {2};

    @AutoClose
    private final SessionRig rig = SessionRig.steady("operating");

    private final EmbeddedServer server = rig.server();
    private final FaultProxy proxy = rig.proxy();
    private final IndependentClient observer = rig.observer();

    private ResilientSession connected() throws InterruptedException {
        observer.create("/node", OLD);
        ResilientSession session = rig.connect();
        proxy.resetCounters();
        return session;
    }

    private static void setNew(ResilientSession session, Effect effect) {
        Stat stat = session.operations().call(effect, c -> c.setData().forPath("/node", NEW));
        assertThat(stat).isNotNull();
    }

    @Test
    void repeatsRead_whenTheConnectionDrops() throws Exception {
        ResilientSession session = connected();
        CompletableFuture<Void> lost = proxy.loseAcknowledgement(op -> op == OpCode.getData);

        byte[] data = session.operations().call(Effect.READ, c -> c.getData().forPath("/node"));

        assertThat(data).isEqualTo(OLD);
        assertThat(lost).isCompleted();
        assertThat(proxy.requests(OpCode.getData)).isEqualTo(2);
    }

    @Test
    void repeatsRead_inTheNextSession() throws Exception {
        ResilientSession session = connected();
        proxy.disconnect();
        CompletableFuture<byte[]> data =
                session.operations().callAsync(Effect.READ, c -> c.getData().forPath("/node"));

        server.expireSession(session.info().orElseThrow().sessionId());
        proxy.accept();

        assertThat(data).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(OLD);
        assertThat(session.lease().generation()).isEqualTo(2);
    }

    @Test
    void repeatsIdempotentWrite_whenItsAcknowledgementIsLost() throws Exception {
        ResilientSession session = connected();
        proxy.loseAcknowledgement(op -> op == OpCode.setData);

        setNew(session, Effect.IDEMPOTENT);

        assertThat(observer.data("/node")).isEqualTo(NEW);
        assertThat(observer.stat("/node").orElseThrow().getVersion()).isEqualTo(2);
    }

    @Test
    @Tag("S-41")
    void saysThatTheOutcomeIsUnknown_whenTheAcknowledgementOfAOnceIsLost() throws Exception {
        ResilientSession session = connected();
        proxy.loseAcknowledgement(op -> op == OpCode.setData);

        assertThatThrownBy(() -> setNew(session, Effect.ONCE))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("session 'operating'")
                .hasMessageContaining("acknowledgement was lost")
                .hasMessageContaining("limit 30000 ms")
                .hasMessageContaining("read the data")
                .hasCauseInstanceOf(KeeperException.ConnectionLossException.class);

        assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
        assertThat(observer.stat("/node").orElseThrow().getVersion()).isEqualTo(1);
        assertThat(proxy.requests(OpCode.setData)).isEqualTo(1);
    }

    @Test
    @Tag("S-41")
    void saysThatTheOutcomeIsUnknown_whenTheRequestIsLost() throws Exception {
        ResilientSession session = connected();
        proxy.loseRequest(op -> op == OpCode.setData);

        assertThatThrownBy(() -> setNew(session, Effect.ONCE)).isInstanceOf(OutcomeUnknownException.class);

        assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
        assertThat(observer.stat("/node").orElseThrow().getVersion()).isZero();
    }

    @Test
    void sendsOnce_whenTheConnectionIsBack() throws Exception {
        ResilientSession session = connected();
        rig.disconnect(session);
        CompletableFuture<Stat> written =
                session.operations().callAsync(Effect.ONCE, c -> c.setData().forPath("/node", NEW));

        proxy.accept();

        assertThat(written)
                .succeedsWithin(Duration.ofSeconds(30))
                .extracting(Stat::getVersion)
                .isEqualTo(1);
    }

    @Test
    void tellsTheServersAnswer_andDoesNotRepeat() throws Exception {
        ResilientSession session = connected();
        proxy.resetCounters();

        assertThatThrownBy(() -> session.operations()
                        .call(Effect.IDEMPOTENT, c -> c.setData().forPath("/missing", NEW)))
                .isInstanceOfSatisfying(OperationFailedException.class, e -> {
                    assertThat(e.code()).isEqualTo(Code.NONODE);
                    assertThat(e).hasMessageContainingAll("session 'operating'", "NONODE", "/missing");
                    assertThat(e).hasCauseInstanceOf(KeeperException.NoNodeException.class);
                });
        assertThatThrownBy(() -> session.operations()
                        .call(Effect.ONCE, c -> c.setData().withVersion(7).forPath("/node", NEW)))
                .isInstanceOfSatisfying(OperationFailedException.class, e -> assertThat(e.code())
                        .isEqualTo(Code.BADVERSION));
        CompletableFuture<byte[]> missing =
                session.operations().callAsync(Effect.READ, c -> c.getData().forPath("/missing"));
        assertThat(missing)
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(OperationFailedException.class);

        assertThat(proxy.requests(OpCode.setData)).isEqualTo(2);
        assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
    }

    @Test
    @Tag("S-40")
    void refusesWrite_thatWasPlannedInAnEarlierSession() throws Exception {
        ResilientSession session = connected();
        Operations planned =
                session.operations().inGeneration(session.info().orElseThrow().generation());
        Stat first = planned.call(Effect.ONCE, c -> c.setData().forPath("/node", NEW));
        assertThat(first.getVersion()).isEqualTo(1);
        server.expireSession(session.info().orElseThrow().sessionId());
        await().untilAsserted(() -> {
            assertThat(session.lease().generation()).isEqualTo(2);
            assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
        });
        proxy.resetCounters();

        assertThatThrownBy(() -> planned.call(Effect.ONCE, c -> c.setData().forPath("/node", OLD)))
                .isInstanceOf(SessionReplacedException.class)
                .hasMessageContainingAll(
                        "session 'operating'", "generation 1", "the current generation is 2", "nothing was sent");

        assertThat(proxy.writes()).isZero();
    }

    @Test
    @Tag("S-40")
    void refusesWrite_whoseSessionExpiresWhileItWaits() throws Exception {
        ResilientSession session = connected();
        rig.disconnect(session);
        CompletableFuture<Stat> planned = session.operations().inGeneration(1).callAsync(Effect.ONCE, c -> c.setData()
                .forPath("/node", NEW));

        server.expireSession(session.info().orElseThrow().sessionId());
        proxy.accept();

        assertThat(planned)
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(SessionReplacedException.class);
        assertThat(observer.stat("/node").orElseThrow().getVersion()).isZero();
    }

    @Test
    @Tag("S-42")
    void givesUpAtItsOwnDeadline_whenTheServerIsDown() throws Exception {
        ResilientSession session = connected();
        rig.disconnect(session);

        long begun = System.nanoTime();
        assertThatThrownBy(() -> session.operations()
                        .within(Duration.ofMillis(300))
                        .call(Effect.READ, c -> c.getData().forPath("/node")))
                .isInstanceOf(SessionUnavailableException.class)
                .hasMessageContainingAll(
                        "session 'operating'", "nothing was sent", "limit 300 ms", "state SUSPENDED for ");

        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isBetween(Duration.ofMillis(300), Duration.ofSeconds(10));
    }

    @Test
    @Tag("S-42")
    @DisplayName("gives up at its own deadline when the server falls silent, long before the client notices")
    void givesUpAtItsOwnDeadline_whenTheServerIsSilent() throws Exception {
        observer.create("/node", OLD);
        ResilientSession session = rig.connect(rig.builder().sessionTimeout(Duration.ofSeconds(60)));
        proxy.freeze();

        long begun = System.nanoTime();
        assertThatThrownBy(() -> session.operations()
                        .within(Duration.ofMillis(300))
                        .call(Effect.READ, c -> c.getData().forPath("/node")))
                .isInstanceOf(SessionUnavailableException.class)
                .hasMessageContaining("limit 300 ms");
        assertThatThrownBy(() -> session.operations()
                        .within(Duration.ofSeconds(3)) // enough to be sent, however slow the machine is
                        .call(Effect.ONCE, c -> c.setData().forPath("/node", NEW)))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("limit 3000 ms");

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    @Tag("S-42")
    void failsAtOnce_whenTheSessionIsNotStarted() {
        ResilientSession session = rig.build();

        assertThatThrownBy(() -> session.operations()
                        .within(Duration.ofMillis(100))
                        .call(Effect.READ, c -> c.getData().forPath("/")))
                .isInstanceOf(SessionUnavailableException.class)
                .hasMessageContaining("LATENT");
    }

    @Test
    void endsWithTheSession_whenItCloses() throws Exception {
        ResilientSession session = connected();
        rig.disconnect(session);
        CompletableFuture<byte[]> waiting =
                session.operations().callAsync(Effect.READ, c -> c.getData().forPath("/node"));

        session.close();

        assertThat(waiting)
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(SessionClosedException.class);
        assertThatThrownBy(() ->
                        session.operations().call(Effect.READ, c -> c.getData().forPath("/node")))
                .isInstanceOf(SessionClosedException.class)
                .hasMessageContaining("session 'operating' is closed");
        assertThat(session.operations().callAsync(Effect.READ, c -> c.getData().forPath("/node")))
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(SessionClosedException.class);
    }

    @Test
    void keepsTheInterrupt_whenTheCallerIsInterrupted() throws Exception {
        ResilientSession session = connected();
        proxy.freeze(); // What is answered before it has to be waited for is not interrupted.
        Thread.currentThread().interrupt();

        assertThatThrownBy(() ->
                        session.operations().call(Effect.READ, c -> c.getData().forPath("/node")))
                .hasMessageContaining("interrupted");

        assertThat(Thread.interrupted()).isTrue();
        proxy.thaw();
        byte[] data = session.operations().call(Effect.READ, c -> c.getData().forPath("/node"));
        assertThat(data).isEqualTo(OLD);
    }

    @Test
    void triesAsOften_asTheRetryConfigurationSays() throws Exception {
        observer.create("/node", OLD);
        var attempts = new AtomicInteger();
        ResilientSession session = rig.connect(rig.builder()
                .retry(RetryConfig.custom()
                        .maxAttempts(3)
                        .waitDuration(Duration.ofMillis(1))
                        .build()));

        assertThatThrownBy(() -> session.operations().call(Effect.READ, c -> {
                    attempts.incrementAndGet();
                    throw new KeeperException.ConnectionLossException();
                }))
                .isInstanceOf(SessionUnavailableException.class)
                .hasMessageContaining("given up after 3 attempts");

        assertThat(attempts).hasValue(3);
    }

    @Test
    void failsFast_whenTheCircuitIsOpen() throws Exception {
        observer.create("/node", OLD);
        ResilientSession session = rig.connect(rig.builder()
                .retry(RetryConfig.custom().maxAttempts(1).build())
                .circuitBreaker(CircuitBreakerConfig.custom()
                        .slidingWindowSize(2)
                        .minimumNumberOfCalls(2)
                        .waitDurationInOpenState(Duration.ofMinutes(5))
                        .build()));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> session.operations().call(Effect.READ, c -> {
                        throw new KeeperException.ConnectionLossException();
                    }))
                    .isInstanceOf(SessionUnavailableException.class);
        }

        assertThatThrownBy(() ->
                        session.operations().call(Effect.READ, c -> c.getData().forPath("/node")))
                .isInstanceOf(SessionUnavailableException.class)
                .hasMessageContaining("circuit breaker is OPEN")
                .hasMessageContaining("nothing was sent");
    }

    @Test
    void runsAsynchronousCalls_notOnTheCallersThread() throws Exception {
        ResilientSession session = connected();

        CompletableFuture<String> thread = session.operations().callAsync(Effect.READ, c -> {
            c.getData().forPath("/node");
            return Thread.currentThread().getName();
        });

        assertThat(thread.get(30, TimeUnit.SECONDS)).startsWith("perennial-operating-operation");
    }
}
