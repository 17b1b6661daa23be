package io.perennial.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import org.apache.zookeeper.KeeperException.ConnectionLossException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CourseTest {
    private final FakeGate gate = new FakeGate();
    private final Course course = new Course(
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
        course.attempt();

        assertThatExceptionOfType(SessionUnavailableException.class)
                .isThrownBy(() -> course.pauseAfter(new ConnectionLossException()))
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
        course.attempt();

        assertThatExceptionOfType(SessionUnavailableException.class)
                .isThrownBy(() -> course.pauseAfter(new ConnectionLossException()))
                .withMessageContaining("given up after 10 attempts");
    }

    private void lose(int times) {
        for (int i = 0; i < times; i++) {
            course.attempt();
            assertThat(course.pauseAfter(new ConnectionLossException())).isNotNegative();
        }
    }
}
