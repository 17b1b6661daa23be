package io.perennial.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.perennial.operation.Effect;
import io.perennial.operation.OperationFailedException;
import io.perennial.operation.SessionUnavailableException;
import java.time.Duration;
import org.apache.zookeeper.KeeperException.ConnectionLossException;
import org.apache.zookeeper.KeeperException.NoNodeException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CallProgressTest {
    private final FakeGate gate = new FakeGate();
    private final CallProgress progress = new CallProgress(
            gate,
            Retry.of(
                    "test",
                    RetryConfig.custom()
                            .maxAttempts(100)
                            .waitDuration(Duration.ofMillis(1))
                            .build()),
            Duration.ofMinutes(5));

    @Test
    @Tag("C4")
    void endsACall_thatCostAConnectionFiveTimesInARow() {
        lose(4);
        progress.attempt();

        assertThatExceptionOfType(SessionUnavailableException.class)
                .isThrownBy(() -> progress.pauseAfter(new ConnectionLossException()))
                .withMessageContaining("given up after 5 attempts")
                .withMessageContaining("jute.maxbuffer");
    }

    @Test
    @Tag("C3")
    void doesNotBlameACall_forConnectionsThatBrokeOverOthers_forAWhile() {
        for (int i = 0; i < 9; i++) {
            lose(1);
            gate.trialsLost++;
        }
        progress.attempt();

        assertThatExceptionOfType(SessionUnavailableException.class)
                .isThrownBy(() -> progress.pauseAfter(new ConnectionLossException()))
                .withMessageContaining("given up after 10 attempts");
    }

    @Test
    void knowsItsTime() {
        assertThat(progress.isOver()).isFalse();
        assertThat(progress.left()).isPositive().isLessThanOrEqualTo(Duration.ofMinutes(5));
        assertThat(progress.message("x"))
                .matches("session 'fake': x \\(after \\d{1,5} ms, limit 300000 ms, state as told\\)");
        assertThat(progress.deadline() - System.nanoTime())
                .isBetween(0L, Duration.ofMinutes(5).toNanos());

        var spent = new CallProgress(gate, Retry.ofDefaults("test"), Duration.ZERO);
        assertThat(spent.isOver()).isTrue();
        assertThat(spent.left()).isZero();
    }

    @Test
    void saysWhetherAnythingWasSent_whenThereIsNoSession() {
        assertThat(progress.noSession()).hasMessageContaining("nothing was sent");

        progress.attempt();

        assertThat(progress.noSession()).hasMessageContaining("any more");
    }

    @Test
    void leavesTheThreadInterrupted() {
        assertThat(progress.interrupted(new InterruptedException())).hasMessageContaining("interrupted");

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void pausesAsTheRetrySays_andNotBeyondTheDeadline() {
        Retry slow = Retry.of(
                "test", RetryConfig.custom().waitDuration(Duration.ofMinutes(4)).build());

        assertThat(new CallProgress(gate, slow, Duration.ofMinutes(5))
                        .pauseAfter(Effect.READ, new ConnectionLossException()))
                .isEqualTo(Duration.ofMinutes(4).toMillis());
        assertThat(new CallProgress(gate, slow, Duration.ofMinutes(1))
                        .pauseAfter(Effect.READ, new ConnectionLossException()))
                .isBetween(1L, Duration.ofMinutes(1).toMillis());
    }

    @Test
    void countsAnAnswerAsACompletedCall() {
        Retry retry = Retry.ofDefaults("test");
        var answered = new CallProgress(gate, retry, Duration.ofMinutes(1));
        answered.attempt();
        answered.pauseAfter(Effect.READ, new ConnectionLossException());

        assertThatExceptionOfType(OperationFailedException.class)
                .isThrownBy(() -> answered.pauseAfter(Effect.READ, new NoNodeException("/a")));

        assertThat(retry.getMetrics().getNumberOfSuccessfulCallsWithRetryAttempt())
                .isEqualTo(1);
    }

    @Test
    @Tag("O7")
    void pausesASecond_whenAListenerOfTheCallersThrows() {
        Retry retry = Retry.of(
                "test", RetryConfig.custom().waitDuration(Duration.ofMillis(1)).build());
        retry.getEventPublisher().onRetry(event -> {
            throw new IllegalStateException("the caller's");
        });

        assertThat(new CallProgress(gate, retry, Duration.ofMinutes(1))
                        .pauseAfter(Effect.READ, new ConnectionLossException()))
                .isEqualTo(1_000);
    }

    private void lose(int times) {
        for (int i = 0; i < times; i++) {
            progress.attempt();
            assertThat(progress.pauseAfter(new ConnectionLossException())).isNotNegative();
        }
    }
}
