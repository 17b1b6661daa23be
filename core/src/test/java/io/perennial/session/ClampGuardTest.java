package io.perennial.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ClampPolicy;
import io.perennial.engine.CapturedLog;
import io.perennial.engine.HandTicker;
import io.perennial.engine.ThrottledLog;
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
    void warnsOnceForEachGrantedValue() {
        ClampGuard guard = guard(ClampPolicy.WARN);

        for (int i = 0; i < 3; i++) {
            assertThat(guard.refuses(GRANTED)).isFalse();
            assertThat(guard.refuses(Duration.ofSeconds(40))).isFalse();
        }

        assertThat(written.lines()).hasSize(2);
        assertThat(written.lines().get(0))
                .startsWith(
                        "WARN session 'orders': asked for a session timeout of 80000 ms, the server granted 20000 ms")
                .contains("maxSessionTimeout");
        assertThat(written.lines().get(1)).contains("the server granted 40000 ms");
    }

    @Test
    void namesTheMinimum_whenMoreIsGranted() {
        assertThat(guard(ClampPolicy.WARN).describe(Duration.ofSeconds(90))).contains("minSessionTimeout");
    }

    @Test
    void refusesEveryTime_whenThatIsThePolicy() {
        ClampGuard guard = guard(ClampPolicy.FAIL);

        assertThat(guard.refuses(GRANTED)).isTrue();
        assertThat(guard.refuses(GRANTED)).isTrue();
        assertThat(guard.refuses(REQUESTED)).isFalse();
        assertThat(written.lines()).hasSize(1);
    }

    @Test
    void isSilent_whenThatIsThePolicy_orWhenTheServerGrantsWhatWasAsked() {
        assertThat(guard(ClampPolicy.IGNORE).refuses(GRANTED)).isFalse();
        assertThat(guard(ClampPolicy.WARN).refuses(REQUESTED)).isFalse();

        assertThat(written.lines()).isEmpty();
    }

    private static ClampGuard guard(ClampPolicy policy) {
        return new ClampGuard(REQUESTED, policy, new ThrottledLog("orders", new HandTicker()));
    }
}
