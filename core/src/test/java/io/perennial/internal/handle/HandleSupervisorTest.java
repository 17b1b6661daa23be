package io.perennial.internal.handle;

import static io.perennial.internal.protocol.ServerRelease.V3_6;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.connect.ConnectString;
import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.engine.SessionThreads;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.protocol.ServerKnowledge;
import java.time.Duration;
import java.util.List;
import org.apache.curator.ensemble.fixed.FixedEnsembleProvider;
import org.apache.zookeeper.client.ZKClientConfig;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S-58")
class HandleSupervisorTest {
    private static final String SERVERS = "127.0.0.1:2181";
    private static final Duration TIMEOUT = Duration.ofSeconds(4);

    private final HandTicker ticker = new HandTicker();
    private final ServerKnowledge servers = new ServerKnowledge();
    private final HandleSupervisor supervisor = new HandleSupervisor(
            new HandleConfig(
                    new FixedEnsembleProvider(SERVERS),
                    ConnectString.parse(SERVERS),
                    TIMEOUT,
                    TIMEOUT,
                    false,
                    List.of(),
                    new ZKClientConfig(),
                    true,
                    100,
                    null),
            new SessionThreads("supervised", getClass().getClassLoader()),
            new ThrottledLog("supervised", ticker),
            ticker,
            () -> true,
            servers,
            event -> {},
            (id, millis) -> {},
            Runnable::run,
            new LateAnswers(Runnable::run, (delay, task) -> {}));

    @Test
    void doesNotTakeServersForOldForEver_onAConnectionThatLasts() {
        servers.unimplemented(V3_6, ticker.nanos());
        supervisor.tick();
        assertThat(servers.lacks(V3_6)).isTrue();

        ticker.advance(Duration.ofDays(1));
        supervisor.tick();

        assertThat(servers.lacks(V3_6)).isFalse();
    }
}
