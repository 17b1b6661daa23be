package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.ResilientSessionException;
import io.perennial.SessionRegistry;
import io.perennial.SessionState;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Transitions;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.ensemble.EnsembleProvider;
import org.apache.curator.ensemble.fixed.FixedEnsembleProvider;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.utils.ZookeeperFactory;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A start that fails says so at the call, and leaves nothing. */
@ExtendWith(NoLeaks.class)
@Tag("S-49")
class StartFailureIT {
    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final EmbeddedServer server = rig.server();
    private final Transitions heard = rig.heard();

    private ResilientSession.Builder builder() {
        return ResilientSession.builder()
                .name("failing")
                .sessionTimeout(Duration.ofSeconds(10))
                .closeTimeout(Duration.ofSeconds(2))
                .listener(heard);
    }

    private ResilientSession withoutSocketClass() {
        var config = new ZKClientConfig();
        config.setProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "com.example.NoSuchSocket");
        return builder()
                .connectString(server.connectString())
                .clientConfig(config)
                .build();
    }

    private void assertNothingLeft(ResilientSession session) {
        assertThat(session.state()).isEqualTo(SessionState.CLOSED);
        assertThat(SessionRegistry.sessions()).doesNotContain(session);
        await().untilAsserted(() -> assertThat(NoLeaks.clientThreads()).isEmpty());
        assertThat(server.connectionsAccepted()).isZero();
        session.close();
    }

    @Test
    void throwsAtStart_whenTheCallersFactoryThrows() {
        ZookeeperFactory broken = new ZookeeperFactory() {
            @Override
            public ZooKeeper newZooKeeper(String servers, int timeout, Watcher watcher, boolean readOnly)
                    throws Exception {
                throw new UnknownHostException("zk.invalid");
            }
        };
        ResilientSession session = builder()
                .curator(CuratorFrameworkFactory.builder()
                        .connectString(server.connectString())
                        .retryPolicy(new RetryOneTime(1))
                        .zookeeperFactory(broken))
                .build();

        assertThatThrownBy(session::start)
                .isInstanceOf(ResilientSessionException.class)
                .hasMessageContaining("session 'failing' cannot start")
                .hasMessageContaining("zk.invalid")
                .hasRootCauseInstanceOf(UnknownHostException.class);

        assertNothingLeft(session);
    }

    @Test
    void throwsAtStart_whenTheSocketClassDoesNotExist() {
        ResilientSession session = withoutSocketClass();

        assertThatThrownBy(session::start)
                .isInstanceOf(ResilientSessionException.class)
                .hasMessageContaining("session 'failing' cannot start")
                .hasMessageContaining("com.example.NoSuchSocket");

        assertNothingLeft(session);
    }

    @Test
    void throwsAtStart_whenTheEnsembleProviderDoes() {
        var provider = new BrokenProvider();
        ResilientSession session = builder()
                .curator(CuratorFrameworkFactory.builder()
                        .ensembleProvider(provider)
                        .retryPolicy(new RetryOneTime(1)))
                .build();

        assertThatThrownBy(session::start)
                .isInstanceOf(ResilientSessionException.class)
                .hasMessageContaining("session 'failing' cannot start")
                .hasMessageContaining("exhibitor down")
                .hasRootCauseInstanceOf(IOException.class);

        assertNothingLeft(session);
        assertThat(provider.closed).hasValue(1);
    }

    @Test
    void throwsAtStart_whenTheEnsembleProviderKnowsNoServer() {
        EnsembleProvider unknowing = new FixedEnsembleProvider(server.connectString()) {
            @Override
            public String getConnectionString() {
                return "";
            }
        };
        ResilientSession session = builder()
                .curator(CuratorFrameworkFactory.builder()
                        .ensembleProvider(unknowing)
                        .retryPolicy(new RetryOneTime(1)))
                .build();

        assertThatThrownBy(session::start)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("connectString is empty")
                .hasMessageContaining("host:port");

        assertNothingLeft(session);
    }

    @Test
    @DisplayName("leaves nothing when it is Curator that was started, which swallows exceptions")
    void leavesNothing_whenStartedThroughCurator() {
        ResilientSession session = builder()
                .curator(CuratorFrameworkFactory.builder()
                        .ensembleProvider(new BrokenProvider())
                        .retryPolicy(new RetryOneTime(1)))
                .build();

        session.curator().start();

        await().untilAsserted(() -> assertThat(session.state()).isEqualTo(SessionState.CLOSED));
        assertNothingLeft(session);
    }

    @Test
    void tellsListeners_thatItIsClosed() {
        ResilientSession session = withoutSocketClass();

        assertThatThrownBy(session::start).isInstanceOf(ResilientSessionException.class);

        assertThat(heard.states()).containsExactly(SessionState.CLOSED);
    }

    @Test
    @Tag("S-48")
    @DisplayName("A handle that cannot be made later is reported as FAILED and tried again")
    void recovers_whenTheCallersFactoryFailsForAWhile() throws Exception {
        var failures = new AtomicInteger();
        ZookeeperFactory moody = new ZookeeperFactory() {
            @Override
            public ZooKeeper newZooKeeper(String servers, int timeout, Watcher watcher, boolean readOnly)
                    throws Exception {
                if (failures.getAndDecrement() > 0) {
                    throw new IOException("no such key store");
                }
                return new ZooKeeper(servers, timeout, watcher, readOnly);
            }
        };
        ResilientSession session = rig.connect(builder()
                .curator(CuratorFrameworkFactory.builder()
                        .connectString(server.connectString())
                        .retryPolicy(new RetryOneTime(1))
                        .zookeeperFactory(moody)));
        failures.set(2);

        server.expireSession(session.info().orElseThrow().sessionId());

        heard.await(SessionState.LOST, SessionState.FAILED, SessionState.RESTORING, SessionState.CONNECTED);
        assertThat(heard.all().stream().filter(t -> t.to() == SessionState.FAILED))
                .singleElement()
                .satisfies(t -> assertThat(t.detail()).contains("no such key store"));
        assertThat(session.info().orElseThrow().generation()).isEqualTo(2);
    }

    private static final class BrokenProvider implements EnsembleProvider {
        private final AtomicInteger closed = new AtomicInteger();

        @Override
        public void start() throws Exception {
            throw new IOException("exhibitor down");
        }

        @Override
        public String getConnectionString() {
            return "localhost:1";
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }

        @Override
        public void setConnectionString(String connectString) {}

        @Override
        public boolean updateServerListEnabled() {
            return false;
        }
    }
}
