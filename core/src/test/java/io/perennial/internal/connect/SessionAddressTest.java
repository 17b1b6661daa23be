package io.perennial.internal.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.testing.CapturedLog;
import org.apache.curator.ensemble.fixed.FixedEnsembleProvider;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C13")
class SessionAddressTest {
    private final FixedEnsembleProvider ensemble = new FixedEnsembleProvider("zk1:1/app");
    private final SessionAddress address = new SessionAddress(
            ensemble, ConnectString.parse("unknown:1"), new ThrottledLog("placed", new HandTicker()));

    @AutoClose
    private final CapturedLog log = CapturedLog.ofSessions();

    @Test
    void areTheProviders_fromTheFirstHandleOn() {
        assertThat(address.known().text()).isEqualTo("unknown:1");

        assertThat(address.now().text()).isEqualTo("zk1:1/app");

        assertThat(address.known().text()).isEqualTo("zk1:1/app");
        assertThat(address.known().chroot()).isEqualTo("/app");
    }

    @Test
    void followTheServers() {
        address.now();

        ensemble.setConnectionString("zk2:2,zk3:3/app");

        assertThat(address.now().text()).isEqualTo("zk2:2,zk3:3/app");
        assertThat(address.servers()).containsExactly(new Endpoint("zk2", 2), new Endpoint("zk3", 3));
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void keepTheChrootOfTheFirstHandle_andTellOfAnother() {
        address.now();

        ensemble.setConnectionString("zk2:2/other");

        assertThat(address.now().text()).isEqualTo("zk2:2/app");
        assertThat(address.known().chroot()).isEqualTo("/app");
        assertThat(log.lines()).singleElement().asString().contains("'/other'").contains("'/app'");
        ensemble.setConnectionString("zk2:2");
        assertThat(address.now().text()).isEqualTo("zk2:2/app");
    }
}
