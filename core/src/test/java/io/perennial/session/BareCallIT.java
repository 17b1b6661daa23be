package io.perennial.session;

import static io.perennial.session.SessionRig.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.ResilientSession;
import io.perennial.testing.EmbeddedServer;
import io.perennial.testing.NoLeaks;
import io.perennial.testing.Opened;
import java.time.Duration;
import org.apache.zookeeper.KeeperException.ConnectionLossException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Requests on the CuratorFramework itself, as recipes make them. */
@ExtendWith(NoLeaks.class)
@Tag("S-42")
class BareCallIT {
    @AutoClose
    private final Opened opened = new Opened();

    private final EmbeddedServer server = opened.add(EmbeddedServer.start());

    private ResilientSession.Builder builder() {
        return ResilientSession.builder()
                .connectString(server.connectString())
                .sessionTimeout(Duration.ofSeconds(2))
                .connectTimeout(Duration.ofMillis(500));
    }

    @Test
    @DisplayName("Without a server they fail by connection loss as Curator's own do, however long it has been away")
    void failByConnectionLoss_whenNoServerHasEverBeenThere() throws Exception {
        server.stop();
        ResilientSession session = opened.session(builder()).start();

        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> session.curator().checkExists().forPath("/"))
                    .isInstanceOf(ConnectionLossException.class);
        }

        server.restart();
        eventually(
                () -> assertThat(session.curator().checkExists().forPath("/")).isNotNull());
    }

    @Test
    void failByConnectionLoss_whileTheServerIsAway_andWorkWhenItIsBack() throws Exception {
        ResilientSession session = opened.connected(builder());
        server.stop();

        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> session.curator().getData().forPath("/"))
                    .isInstanceOf(ConnectionLossException.class);
        }

        server.restart();
        eventually(() -> assertThat(session.curator().getData().forPath("/")).isNotNull());
    }
}
