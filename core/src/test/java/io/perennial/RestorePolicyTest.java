package io.perennial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestorePolicyTest {
    private static final RestorePolicy DEFAULTS = RestorePolicy.defaults();

    @Test
    void staysBelowTheServersPacketLimit_byDefault() {
        assertThat(DEFAULTS.maxBatchBytes()).isLessThan(1_048_575);
        assertThat(DEFAULTS.maxJitter()).isZero();
        assertThat(DEFAULTS.maxOperationsPerSecond()).isZero();
    }

    @Test
    void changesOnlyWhatIsAskedFor() {
        assertThat(DEFAULTS.withMaxBatchOperations(10).withMaxBatchBytes(2_048).withMaxBatchesInFlight(2))
                .isEqualTo(new RestorePolicy(10, 2_048, 2, DEFAULTS.maxRequestsInFlight(), Duration.ZERO, 0));
        assertThat(DEFAULTS.withMaxRequestsInFlight(5))
                .isEqualTo(new RestorePolicy(
                        DEFAULTS.maxBatchOperations(),
                        DEFAULTS.maxBatchBytes(),
                        DEFAULTS.maxBatchesInFlight(),
                        5,
                        Duration.ZERO,
                        0));
        RestorePolicy spread = DEFAULTS.withMaxJitter(Duration.ofSeconds(10)).withMaxOperationsPerSecond(500);
        assertThat(spread.maxJitter()).isEqualTo(Duration.ofSeconds(10));
        assertThat(spread.maxOperationsPerSecond()).isEqualTo(500);
        assertThat(spread.withMaxJitter(Duration.ZERO).withMaxOperationsPerSecond(0))
                .isEqualTo(DEFAULTS);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1024, 1, 1, 0",
        "10000, 67108864, 1000, 100000, 2147483647",
    })
    void takesItsLimits(int operations, int bytes, int batches, int requests, int rate) {
        assertThatCode(() -> new RestorePolicy(operations, bytes, batches, requests, Duration.ZERO, rate))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 4096, 1, 1, 0, 'maxBatchOperations is 0; it must be 1 to 10000'",
        "10001, 4096, 1, 1, 0, 'maxBatchOperations is 10001; it must be 1 to 10000'",
        "1, 1023, 1, 1, 0, 'maxBatchBytes is 1023; it must be 1024 to 67108864'",
        "1, 4096, 0, 1, 0, 'maxBatchesInFlight is 0; it must be 1 to 1000'",
        "1, 4096, 1, 0, 0, 'maxRequestsInFlight is 0; it must be 1 to 100000'",
        "1, 4096, 1, 1, -1, 'maxOperationsPerSecond is -1; it must be 0 to 2147483647'",
    })
    void namesPropertyValueAndLimit(int operations, int bytes, int batches, int requests, int rate, String message) {
        assertThatThrownBy(() -> new RestorePolicy(operations, bytes, batches, requests, Duration.ZERO, rate))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void refusesJitterBelowZero() {
        assertThatThrownBy(() -> DEFAULTS.withMaxJitter(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxJitter is PT-0.001S");
    }

    @Test
    void refusesRestorePolicy_outOfBounds() {
        assertRefused(() -> DEFAULTS.withMaxBatchOperations(0), "maxBatchOperations is 0", "1 to");
        assertRefused(() -> DEFAULTS.withMaxBatchBytes(1023), "maxBatchBytes is 1023", "1024 to");
        assertRefused(() -> DEFAULTS.withMaxBatchesInFlight(0), "maxBatchesInFlight is 0", "1 to");
        assertRefused(() -> DEFAULTS.withMaxRequestsInFlight(-1), "maxRequestsInFlight is -1", "1 to");
        assertRefused(() -> DEFAULTS.withMaxOperationsPerSecond(-1), "maxOperationsPerSecond is -1", "0 to");
        assertRefused(
                () -> DEFAULTS.withMaxJitter(Duration.ofMillis(-1)), "maxJitter is PT-0.001S", "zero or positive");
        assertRefused(
                () -> DEFAULTS.withMaxJitter(Duration.ofSeconds(Long.MAX_VALUE)), "maxJitter is ", "at most PT1H");
        assertThatThrownBy(() -> DEFAULTS.withMaxJitter(null)).hasMessageContaining("maxJitter");
    }

    private static void assertRefused(ThrowingCallable call, String... says) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContainingAll(says);
    }
}
