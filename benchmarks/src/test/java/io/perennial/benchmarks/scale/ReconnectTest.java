package io.perennial.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReconnectTest {
    private static final Deployment THREE = Deployment.of(3, 0, 1);
    private static final Restoring TEN = Restoring.of(Restoring.Requests.BATCHED);

    @ParameterizedTest
    @EnumSource(Reconnecting.class)
    void allComeBackWithTheirSessions(Reconnecting way) {
        Reconnect.Outcome outcome = run(way, 200, Reconnect.Cause.ELECTION, 30, 1);

        assertThat(outcome.times().size()).isEqualTo(200);
        assertThat(outcome.times().quantile(0)).isPositive();
        assertThat(outcome.expired()).isZero();
        assertThat(outcome.restored().size()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Reconnecting.class)
    void aSeedDecidesAll(Reconnecting way) {
        assertThat(run(way, 200, Reconnect.Cause.RESTART, 30, 7).times().median())
                .isEqualTo(run(way, 200, Reconnect.Cause.RESTART, 30, 7).times().median())
                .isNotEqualTo(
                        run(way, 200, Reconnect.Cause.RESTART, 30, 8).times().median());
    }

    @Test
    void afterAMassExpiryAllAreRestoredOnce() {
        Reconnect.Outcome outcome = run(Reconnecting.PACED, 500, Reconnect.Cause.MASS_EXPIRY, 30, 1);

        assertThat(outcome.expired()).isEqualTo(500);
        assertThat(outcome.restored().size()).isEqualTo(500);
        assertThat(outcome.restored().last()).isGreaterThan(outcome.times().median());
    }

    /** Sessions of 4 s, and more clients than one server takes in until then. */
    @Test
    void whoIsNotBackInTimeHasExpired() {
        Deployment narrow =
                new Deployment("narrow", 1, 0, 1, 1, 50, Nanos.MILLI, 1, 250 * Nanos.MICRO, Nanos.MILLI, 1e9);

        Reconnect.Outcome outcome = Reconnect.run(
                narrow,
                10_000,
                Reconnecting.PACED,
                Reconnect.Cause.ELECTION,
                4 * Nanos.SECOND,
                Nanos.SECOND / 2,
                0,
                TEN,
                1);

        assertThat(outcome.expired()).isBetween(1_000, 9_000);
        assertThat(outcome.dropped()).isPositive();
    }

    @Test
    void withoutTheClientsPausesFewAreBackSooner() {
        long atOnce = run(Reconnecting.AT_ONCE, 30, Reconnect.Cause.RESTART, 30, 1)
                .times()
                .median();
        long bare = run(Reconnecting.BARE, 30, Reconnect.Cause.RESTART, 30, 1)
                .times()
                .median();

        assertThat(atOnce).isLessThan(bare / 4);
    }

    @Test
    void jitterSpreadsARestoration() {
        Restoring jitter = TEN.with("", 10 * Nanos.SECOND, 0);
        Reconnect.Outcome outcome = Reconnect.run(
                THREE,
                500,
                Reconnecting.PACED,
                Reconnect.Cause.MASS_EXPIRY,
                30 * Nanos.SECOND,
                Nanos.SECOND,
                0,
                jitter,
                1);

        assertThat(outcome.restored().median()).isBetween(4 * Nanos.SECOND, 8 * Nanos.SECOND);
        assertThat(outcome.restored().last()).isBetween(9 * Nanos.SECOND, 13 * Nanos.SECOND);
    }

    /** 10 creates count as ten: the 20 watches come after them. */
    @Test
    void aRateSpreadsOneClientsRequests() {
        Restoring rate = TEN.with("", 0, 10);
        Reconnect.Outcome outcome = Reconnect.run(
                THREE, 1, Reconnecting.PACED, Reconnect.Cause.MASS_EXPIRY, 30 * Nanos.SECOND, Nanos.SECOND, 0, rate, 1);

        assertThat(outcome.restored().last() - outcome.times().last())
                .isBetween(2_800 * Nanos.MILLI, 3_100 * Nanos.MILLI);
    }

    private static Reconnect.Outcome run(
            Reconnecting way, int clients, Reconnect.Cause cause, int timeoutSeconds, long seed) {
        return Reconnect.run(THREE, clients, way, cause, timeoutSeconds * Nanos.SECOND, 2 * Nanos.SECOND, 0, TEN, seed);
    }
}
