package io.perennial.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C3")
class SuspicionTest {
    private static final long NOW = Long.MAX_VALUE - 1; // the clock overflows
    private static final long QUARTER = Duration.ofMinutes(15).toNanos();

    private final Suspicion suspicion = new Suspicion();

    @Test
    void growsWithEachLoss() {
        suspicion.lost(40, NOW);
        assertThat(suspicion.isSuspect()).isFalse();
        assertThat(suspicion.rank()).isEqualTo(1);

        suspicion.lost(1, NOW);
        assertThat(suspicion.isSuspect()).isTrue();
        assertThat(suspicion.rank()).as("a loss alone counts twice").isEqualTo(3);
        assertThat(suspicion.isConvicted()).isFalse();

        suspicion.lost(1, NOW);
        assertThat(suspicion.isConvicted()).isTrue();
    }

    @Test
    void convictsNobody_whoWasNeverLostAlone() {
        for (int i = 0; i < 100; i++) {
            suspicion.lost(2, NOW);
        }
        suspicion.lost(1, NOW);

        assertThat(suspicion.isConvicted()).isFalse();
    }

    @Test
    void makesGroupsSmaller_byTheLeastThatItWasLostWith() {
        suspicion.lost(640, NOW);
        assertThat(suspicion.groupLimit()).isEqualTo(20);
        suspicion.lost(20, NOW);
        suspicion.lost(640, NOW);
        assertThat(suspicion.groupLimit()).isEqualTo(1);
    }

    @Test
    void keepsApart_whoWasLostOftenerThanOnce_andWhoWasAcquitted() {
        suspicion.lost(2, NOW);
        assertThat(suspicion.goesApart()).isFalse();
        suspicion.lost(2, NOW);
        assertThat(suspicion.goesApart()).isTrue();

        suspicion.doubt();
        assertThat(suspicion.goesApart()).as("as if lost once").isFalse();
        assertThat(suspicion.isSuspect()).isFalse();
        assertThat(suspicion.isAcquitted()).isFalse();

        suspicion.acquit();
        assertThat(suspicion.goesApart()).isTrue();
        assertThat(suspicion.isAcquitted()).isTrue();
    }

    @Test
    void sendsTheRefusedAloneAndLast_untilTheyAreAnswered() {
        suspicion.lost(1_000, NOW);
        RetryTime retry = suspicion.refuse(NOW, new Random(1));
        assertThat(suspicion.retry()).isSameAs(retry);
        assertThat(suspicion.isRefused()).isTrue();
        assertThat(suspicion.rank()).isEqualTo(Integer.MAX_VALUE);
        assertThat(suspicion.groupLimit()).isEqualTo(1);
        assertThat(suspicion.refuse(NOW, new Random(1)))
                .as("the same, more rarely")
                .isSameAs(retry);

        suspicion.acquit();

        assertThat(suspicion.isRefused()).isFalse();
        assertThat(suspicion.rank()).isZero();
    }

    @Test
    void isForgotten_whenNobodyHasAskedForAQuarterOfAnHour() {
        suspicion.lost(2, NOW);
        assertThat(suspicion.isForgotten(NOW + QUARTER - 1)).isFalse();
        assertThat(suspicion.isForgotten(NOW + QUARTER)).isTrue();

        suspicion.askedFor(NOW + 1);
        assertThat(suspicion.touched()).isEqualTo(NOW + 1);
        assertThat(suspicion.isForgotten(NOW + QUARTER)).isFalse();

        suspicion.acquit();
        suspicion.askedFor(NOW + QUARTER);
        assertThat(suspicion.isForgotten(NOW + 1 + QUARTER))
                .as("asking keeps no acquitted one")
                .isTrue();
    }
}
