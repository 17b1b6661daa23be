package io.perennial.internal.session;

import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.LOST;
import static io.perennial.SessionState.SUSPENDED;
import static io.perennial.testing.Sessions.awaitState;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.generationOf;
import static io.perennial.testing.Sessions.handleOf;
import static io.perennial.testing.Sessions.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.test.FaultProxy;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import java.time.Duration;
import org.apache.curator.ensemble.EnsembleProvider;
import org.apache.curator.ensemble.fixed.FixedEnsembleProvider;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The ensemble moves from one address to another; its sessions live on. */
@ExtendWith(NoLeaks.class)
@Tag("S-09")
class AddressChangeIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private FaultProxy newAddress;
    private EnsembleProvider ensemble;
    private ResilientSession session;
    private long id;
    private Stat node;

    @BeforeEach
    void connectToTheOldAddress() throws Exception {
        newAddress = rig.open(new FaultProxy(rig.server().port()));
        ensemble = new FixedEnsembleProvider(rig.proxy().connectString());
        session = rig.open(ResilientSession.builder()
                .curator(CuratorFrameworkFactory.builder()
                        .ensembleProvider(ensemble)
                        .retryPolicy(new RetryOneTime(100))
                        .sessionTimeoutMs((int) TIMEOUT.toMillis())
                        .connectionTimeoutMs(1_000))
                .closeTimeout(Duration.ofSeconds(2))
                .listener(rig.heard())
                .build()
                .start());
        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        id = idOf(session);
        node = rig.createEphemeral(session, "/mine");
    }

    @Test
    void keepsTheSession_whenTheOldAddressEndsAfterTheChange() throws Exception {
        ensemble.setConnectionString(newAddress.connectString());
        rig.proxy().disconnect();

        assertMovedWithItsSession();
    }

    @Test
    @DisplayName("The change becomes known only when the old address has ended")
    void keepsTheSession_whenTheOldAddressEndsBeforeTheChange() throws Exception {
        rig.proxy().disconnect();
        awaitState(session, SUSPENDED);
        ensemble.setConnectionString(newAddress.connectString());

        assertMovedWithItsSession();
    }

    private void assertMovedWithItsSession() {
        eventually(() -> {
            assertThat(session.state()).isEqualTo(CONNECTED);
            assertThat(newAddress.openConnections()).isEqualTo(1);
            assertThat(handleOf(session).getState().isConnected()).isTrue();
        });
        assertThat(idOf(session)).isEqualTo(id);
        assertThat(generationOf(session)).isEqualTo(1);
        assertThat(rig.observer().stat("/mine")).contains(node);
        assertThat(rig.heard().to(LOST)).isEmpty();
    }
}
