package io.perennial.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ClampPolicy;
import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.testing.CapturedLog;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S-37")
class ClampGuardTest {
    private static final Duration REQUESTED = Duration.ofSeconds(80);
    private static final Duration GRANTED = Duration.ofSeconds(20);

    @AutoClose
    private final CapturedLog written = CapturedLog.ofSessions();

    @Test
    void warnsOnceForEachGrantedValue_andHasNewsForEachChange() {
        ClampGuard guard = guard(ClampPolicy.WARN);

        for (int i = 0; i < 3; i++) {
            assertThat(guard.refuses(GRANTED)).isFalse();
            assertThat(guard.news(GRANTED)).isEqualTo("; asked for a session timeout of 80000 ms, granted 20000 ms");
            assertThat(guard.news(GRANTED)).isEmpty();
            assertThat(guard.news(Duration.ofSeconds(40))).contains("granted 40000 ms");
        }
        assertThat(guard.news(REQUESTED)).contains("80000 ms, as requested");
        assertThat(guard.news(REQUESTED)).isEmpty();

        assertThat(written.lines()).hasSize(2);
        assertThat(written.lines().get(0))
                .isEqualTo(
                        "WARN session 'orders': asked for a session timeout of 80000 ms, the server granted 20000 ms,"
                                + " so its maxSessionTimeout is 20000 ms (unless set, that is 20 x tickTime, here 1000"
                                + " ms): in zoo.cfg of every server set maxSessionTimeout=80000, or tickTime=4000"
                                + " where it is not set; or ask for 20000 ms");
        assertThat(written.lines().get(1)).contains("the server granted 40000 ms");
    }

    @Test
    void namesTheMinimum_whenMoreIsGranted() {
        assertThat(guard(ClampPolicy.WARN).describe(Duration.ofSeconds(90)))
                .contains(
                        "its minSessionTimeout is 90000 ms (unless set, that is 2 x tickTime, here 45000 ms)",
                        "minSessionTimeout=80000",
                        "tickTime=40000",
                        "or ask for 90000 ms");
    }

    @Test
    void roundsTheTickTime_soThatItFits() {
        var asked = Duration.ofMillis(80_001);
        var guard = new ClampGuard(asked, ClampPolicy.WARN, null, new ThrottledLog("orders", new HandTicker()));

        assertThat(guard.describe(GRANTED)).contains("or tickTime=4001");
        assertThat(guard.describe(Duration.ofSeconds(90))).contains("or tickTime=40000");
    }

    @Test
    void refusesEveryTime_whenThatIsThePolicy() {
        ClampGuard guard = guard(ClampPolicy.FAIL);

        assertThat(guard.refuses(GRANTED)).isTrue();
        guard.refused(GRANTED, false);
        assertThat(written.lines()).as("the transition says it").isEmpty();
        assertThat(guard.refuses(GRANTED)).isTrue();
        guard.refused(GRANTED, true);
        assertThat(guard.refuses(REQUESTED)).isFalse();
        assertThat(written.lines()).isEmpty();

        for (int i = 0; i < 2; i++) {
            guard.refused(Duration.ofSeconds(40), true);
        }
        assertThat(written.lines()).singleElement().asString().contains("granted 40000 ms");
    }

    @Test
    void isSilent_whenThatIsThePolicy_orWhenTheServerGrantsWhatWasAsked() {
        assertThat(guard(ClampPolicy.IGNORE).refuses(GRANTED)).isFalse();
        assertThat(guard(ClampPolicy.IGNORE).news(GRANTED)).isEmpty();
        assertThat(guard(ClampPolicy.WARN).refuses(REQUESTED)).isFalse();
        assertThat(guard(ClampPolicy.WARN).news(REQUESTED)).isEmpty();

        assertThat(written.lines()).isEmpty();
    }

    @Test
    void saysThatNothingIsLeftForTheLease_whenTheMarginIsAsLongAsTheGrantedTimeout() {
        var guard = new ClampGuard(REQUESTED, ClampPolicy.WARN, GRANTED, new ThrottledLog("orders", new HandTicker()));

        guard.news(Duration.ofSeconds(40));
        guard.news(GRANTED);

        assertThat(written.lines().get(0)).doesNotContain("leaseMargin");
        assertThat(written.lines().get(1)).contains("leaseMargin is 20000 ms", "half of the servers' tickTime");
    }

    private static ClampGuard guard(ClampPolicy policy) {
        return new ClampGuard(REQUESTED, policy, null, new ThrottledLog("orders", new HandTicker()));
    }
}
