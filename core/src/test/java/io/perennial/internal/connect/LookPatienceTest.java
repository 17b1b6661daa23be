package io.perennial.internal.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LookPatienceTest {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Endpoint ZK1 = new Endpoint("zk1", 1);
    private static final Endpoint ZK2 = new Endpoint("zk2", 2);

    private final LookPatience patience = new LookPatience();

    @Test
    void isShort_andGrowsFourfoldWithEachSilence_upToTheConnectTimeout() {
        assertThat(patience.with(ZK1, CONNECT)).hasMillis(60);
        patience.silent(ZK1);
        assertThat(patience.with(ZK1, CONNECT)).hasMillis(240);
        patience.silent(ZK1);
        assertThat(patience.with(ZK1, CONNECT)).hasMillis(960);
        assertThat(patience.with(ZK2, CONNECT)).as("another server").hasMillis(60);
        for (int i = 0; i < 100; i++) {
            patience.silent(ZK1);
        }
        assertThat(patience.with(ZK1, CONNECT)).isEqualTo(CONNECT);
    }

    @Test
    void isNeverLongerThanTheConnectTimeout() {
        assertThat(patience.with(ZK1, Duration.ofMillis(10))).hasMillis(10);
    }

    @Test
    void isShortAgain_onceTheServerHasAnswered_orASessionWasEstablished() {
        patience.silent(ZK1);
        patience.silent(ZK2);
        patience.answered(ZK1, Duration.ofMillis(1));
        assertThat(patience.with(ZK1, CONNECT)).hasMillis(60);

        patience.forget();
        assertThat(patience.with(ZK2, CONNECT)).hasMillis(60);

        patience.silent(ZK2);
        patience.forgetOthersThan(List.of(ZK1));
        assertThat(patience.with(ZK2, CONNECT)).hasMillis(60);
    }

    @Test
    void goesByTheQuickestAnswer_whereServersAreFarAway() {
        patience.answered(ZK1, Duration.ofMillis(900)); // in a crowd
        patience.answered(ZK1, Duration.ofMillis(150));
        patience.answered(ZK1, Duration.ofMillis(200));

        assertThat(patience.with(ZK2, CONNECT)).hasMillis(300);
    }
}
