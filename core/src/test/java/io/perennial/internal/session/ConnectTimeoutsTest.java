package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C22")
class ConnectTimeoutsTest {
    @Test
    void leaveAHandleTimeToConnect_whenCuratorGivesACallNone() {
        Duration none = Duration.ofMillis(1);

        assertThat(ConnectTimeouts.ofCurator(none)).isEqualTo(new ConnectTimeouts(none, Duration.ofSeconds(2)));
    }

    @Test
    void areCuratorsOtherwise() {
        Duration given = Duration.ofSeconds(15);

        assertThat(ConnectTimeouts.ofCurator(given)).isEqualTo(new ConnectTimeouts(given, given));
    }
}
