package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.ensemble.EnsembleProvider;
import org.apache.curator.ensemble.fixed.FixedEnsembleProvider;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An ensemble provider that a caller has set on a Curator builder is followed. */
@ExtendWith(NoLeaks.class)
class CuratorEnsembleProviderIT {
    private static final byte[] DATA = {1};

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final EmbeddedServer server = rig.server();
    private final FaultProxy proxy = rig.proxy();
    private final IndependentClient observer = rig.observer();

    @Test
    @Tag("C13")
    @DisplayName("An ensemble provider that knows its chroot only once started: sequential nodes too are known by their"
            + " names")
    void takesTheChrootOfItsProvider_whenThatHasStarted() throws Exception {
        observer.create("/app", DATA);
        var provider = new LateProvider(proxy.connectString() + "/app");
        ResilientSession session = rig.connect(ResilientSession.builder()
                .curator(CuratorFrameworkFactory.builder()
                        .ensembleProvider(provider)
                        .ensembleTracker(false)
                        .sessionTimeoutMs(10_000)
                        .retryPolicy(new RetryOneTime(1))));

        EphemeralNode node = session.ephemerals()
                .register(EphemeralSpec.at("/seq-").data(DATA).sequential(true))
                .whenHeld()
                .get(30, TimeUnit.SECONDS);

        assertThat(node.path()).startsWith("/").doesNotStartWith("/app");
        assertThat(observer.children("/app")).containsExactly(node.path().substring(1));
        assertThat(session.report().recentTransitions().get(0).detail()).contains("/app");

        provider.connectString = proxy.connectString() + "/other";
        server.expireSession(session.info().orElseThrow().sessionId());
        Sessions.awaitGeneration(session, 2);

        assertThat(observer.children("/app")).containsExactly(node.path().substring(1));
    }

    /** Knows nothing before its start. */
    private static final class LateProvider implements EnsembleProvider {
        private volatile String connectString;
        private volatile boolean started;

        LateProvider(String connectString) {
            this.connectString = connectString;
        }

        @Override
        public void start() {
            started = true;
        }

        @Override
        public String getConnectionString() {
            return started ? connectString : "";
        }

        @Override
        public void setConnectionString(String connectionString) {}

        @Override
        public boolean updateServerListEnabled() {
            return false;
        }

        @Override
        public void close() {}
    }

    @Test
    void keepsTheEnsembleProvider_andStartsAndClosesIt() throws Exception {
        var provider = new CountingProvider(proxy.connectString());
        ResilientSession session = rig.connect(ResilientSession.builder()
                .curator(CuratorFrameworkFactory.builder()
                        .ensembleProvider(provider)
                        .sessionTimeoutMs(10_000)
                        .retryPolicy(new RetryOneTime(1))));

        assertThat(provider.started).hasValue(1);
        assertThat(provider.closed).hasValue(0);

        session.close();

        assertThat(provider.started).hasValue(1);
        assertThat(provider.closed).hasValue(1);
    }

    @Test
    @DisplayName("follows the caller's ensemble provider to other servers, keeping the session (CURATOR-7)")
    void followsTheEnsembleProvider() throws Exception {
        var other = rig.open(new FaultProxy(server.port()));
        EnsembleProvider provider = new FixedEnsembleProvider(proxy.connectString());
        ResilientSession session = rig.connect(ResilientSession.builder()
                .curator(CuratorFrameworkFactory.builder()
                        .ensembleProvider(provider)
                        .ensembleTracker(false)
                        .sessionTimeoutMs(20_000)
                        .retryPolicy(new RetryOneTime(1))));
        long id = session.info().orElseThrow().sessionId();

        provider.setConnectionString(other.connectString());
        proxy.disconnect();

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(other.openConnections()).isEqualTo(1);
            assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
        });
        assertThat(session.info().orElseThrow().sessionId()).isEqualTo(id);
    }

    private static final class CountingProvider extends FixedEnsembleProvider {
        private final AtomicInteger started = new AtomicInteger();
        private final AtomicInteger closed = new AtomicInteger();

        CountingProvider(String servers) {
            super(servers);
        }

        @Override
        public void start() throws Exception {
            started.incrementAndGet();
            super.start();
        }

        @Override
        public void close() throws IOException {
            closed.incrementAndGet();
            super.close();
        }
    }
}
