package io.perennial.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HeartbeatTest {
    @Test
    @Tag("L3")
    void renewsTheLease_byOk() {
        assertThat(Heartbeat.isTheLeadersWord(Code.OK.intValue())).isTrue();
    }

    @ParameterizedTest
    @Tag("L3")
    @EnumSource(value = Code.class, mode = EnumSource.Mode.EXCLUDE, names = "OK")
    void doesNotRenewTheLease_byAnythingElse(Code code) {
        assertThat(Heartbeat.isTheLeadersWord(code.intValue())).isFalse();
    }

    @Test
    void beatsSixTimesInATimeout_andEveryFiveSecondsAtLeast() {
        assertThat(Heartbeat.interval(Duration.ofSeconds(12))).isEqualTo(Duration.ofSeconds(2));
        assertThat(Heartbeat.interval(Duration.ofSeconds(60))).isEqualTo(Duration.ofSeconds(5));
        assertThat(Heartbeat.interval(Duration.ofMillis(60))).isEqualTo(Duration.ofMillis(20));
    }
}
