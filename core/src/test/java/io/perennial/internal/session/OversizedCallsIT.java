package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.perennial.ResilientSession;
import io.perennial.operation.Effect;
import io.perennial.operation.SessionUnavailableException;
import io.perennial.operation.Write;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import java.time.Duration;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ZKConfig;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Calls that no connection survives. */
@ExtendWith(NoLeaks.class)
@Tag("C4")
@Tag("S-58")
class OversizedCallsIT {
    @AutoClose
    private final SessionRig rig = new SessionRig();

    @Test
    void areRefusedBeforeTheyAreSent_whenTheirSizeIsKnown() throws Exception {
        ResilientSession session = rig.connect();
        rig.observer().create("/node", new byte[0]);
        int connections = rig.proxy().connectionsAccepted();
        byte[] large = new byte[2_000_000];

        assertThatIllegalArgumentException()
                .isThrownBy(() -> session.operations().setData("/node", large, -1))
                .withMessageContaining("/node")
                .withMessageContaining("jute.maxbuffer is 1048575");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> session.operations().create("/other", large, CreateMode.PERSISTENT));
        assertThatIllegalArgumentException().isThrownBy(() -> session.operations()
                .transaction(
                        Write.setData("/node", new byte[600_000], -1),
                        Write.create("/other", new byte[600_000], CreateMode.PERSISTENT)));

        assertThat(session.operations()
                        .setData("/node", new byte[1_000_000], -1)
                        .isApplied())
                .isTrue();
        assertThat(rig.proxy().connectionsAccepted()).isEqualTo(connections);
    }

    @Test
    void areGivenUpAfterAFew_whenTheirSizeIsNotKnown() throws Exception {
        rig.observer().create("/node", new byte[50_000]);
        var config = new ZKClientConfig();
        config.setProperty(ZKConfig.JUTE_MAXBUFFER, "20000");
        ResilientSession session =
                rig.connect(builder -> builder.clientConfig(config).operationTimeout(Duration.ofMinutes(2)));
        int connections = rig.proxy().connectionsAccepted();

        assertThatExceptionOfType(SessionUnavailableException.class)
                .isThrownBy(() -> session.operations()
                        .call(Effect.READ, curator -> curator.getData().forPath("/node")))
                .withMessageContaining("given up after 5 attempts")
                .withMessageContaining("longer than jute.maxbuffer, 20,000");

        assertThat(rig.proxy().connectionsAccepted() - connections).isLessThanOrEqualTo(6);
        Stat stat = session.operations()
                .call(Effect.READ, curator -> curator.checkExists().forPath("/node"));
        assertThat(stat.getDataLength()).isEqualTo(50_000);
    }
}
