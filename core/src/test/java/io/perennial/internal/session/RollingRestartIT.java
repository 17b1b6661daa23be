package io.perennial.internal.session;

import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.FAILED;
import static io.perennial.SessionState.LOST;
import static io.perennial.SessionState.SUSPENDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.test.ZooKeeperEnsemble;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import io.perennial.testing.Transitions;
import java.time.Duration;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class RollingRestartIT {
    @Test
    @Tag("S-02")
    void keepsSession_whenEachServerOfAnEnsembleIsRestarted() throws Exception {
        var heard = new Transitions();
        try (var ensemble = ZooKeeperEnsemble.start();
                var observer = new IndependentClient(ensemble.connectString());
                var session = ResilientSession.builder()
                        .connectString(ensemble.connectString())
                        .sessionTimeout(Duration.ofSeconds(40))
                        .connectTimeout(Duration.ofSeconds(2))
                        .listener(heard)
                        .build()
                        .start()) {
            assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
            long id = Sessions.idOf(session);
            session.curator().create().withMode(CreateMode.EPHEMERAL).forPath("/mine");
            Stat before = observer.stat("/mine").orElseThrow();

            ensemble.rollingRestart();

            Sessions.awaitState(session, CONNECTED);
            assertThat(heard.to(SUSPENDED)).as("losses of the connection").isNotEmpty();
            assertThat(heard.states()).doesNotContain(LOST, FAILED);
            heard.assertUnbroken();
            assertThat(Sessions.idOf(session)).isEqualTo(id);
            assertThat(Sessions.generationOf(session)).isEqualTo(1);
            assertThat(observer.stat("/mine")).contains(before);
        }
    }
}
