package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.framework.state.ConnectionState;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Curator's recipes on {@code session.curator()}, through a drop, a resumption and an expiry. */
@ExtendWith(NoLeaks.class)
class CuratorRecipesIT {
    private static final byte[] DATA = {1};

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final EmbeddedServer server = rig.server();
    private final FaultProxy proxy = rig.proxy();
    private final IndependentClient observer = rig.observer();
    private final List<ConnectionState> states = new CopyOnWriteArrayList<>();
    private ResilientSession session;

    private CuratorFramework curator() throws Exception {
        session = rig.open(builder("working").build());
        session.curator().getConnectionStateListenable().addListener((curator, state) -> states.add(state));
        session.start();
        assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
        awaitHeard(ConnectionState.CONNECTED);
        states.clear();
        return session.curator();
    }

    private ResilientSession.Builder builder(String name) {
        return rig.builder()
                .name(name)
                .sessionTimeout(Duration.ofSeconds(6))
                .connectTimeout(Duration.ofSeconds(4))
                .closeTimeout(Duration.ofSeconds(3));
    }

    private void awaitHeard(ConnectionState... inOrder) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(states).containsExactly(inOrder));
    }

    private void drop() {
        proxy.cut();
        awaitHeard(ConnectionState.SUSPENDED, ConnectionState.RECONNECTED);
        awaitConnected();
    }

    /** Curator hears of the connection a moment before the session is restored on it. */
    private void awaitConnected() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(session.state()).isEqualTo(SessionState.CONNECTED));
    }

    /** The servers are away for longer than the session timeout: their session clocks stand still. */
    private void loseAndResume() {
        long id = session.info().orElseThrow().sessionId();
        server.stop();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(session.state()).isEqualTo(SessionState.LOST));
        server.restart();
        awaitHeard(ConnectionState.SUSPENDED, ConnectionState.LOST, ConnectionState.RECONNECTED);
        awaitConnected();
        assertThat(session.info().orElseThrow().sessionId()).isEqualTo(id);
    }

    private void expire() {
        server.expireSession(session.info().orElseThrow().sessionId());
        awaitHeard(ConnectionState.SUSPENDED, ConnectionState.LOST, ConnectionState.RECONNECTED);
        awaitConnected();
    }

    @Test
    @DisplayName(
            "CONNECTED, then SUSPENDED and RECONNECTED for a drop, with LOST between for a loss, each exactly once")
    void tellsConnectionStates_inOrder() throws Exception {
        CuratorFramework curator = curator();

        drop();
        states.clear();
        loseAndResume();
        states.clear();
        expire();

        assertThat(curator.checkExists().forPath("/")).isNotNull();
        assertThat(session.info().orElseThrow().generation()).isEqualTo(2);
    }

    @Test
    void keepsLeadership_throughADrop() throws Exception {
        LeaderLatch latch = rig.open(new LeaderLatch(curator(), "/leader"));
        latch.start();
        assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();

        drop();

        await().untilAsserted(() -> assertThat(latch.hasLeadership()).isTrue());
        assertThat(observer.children("/leader")).hasSize(1);
    }

    @Test
    void losesAndRegainsLeadership_throughAnExpiry() throws Exception {
        LeaderLatch latch = rig.open(new LeaderLatch(curator(), "/leader"));
        latch.start();
        assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        ResilientSession rivals = rig.connect(builder("rival"));
        LeaderLatch rival = new LeaderLatch(rivals.curator(), "/leader");
        rival.start();
        await().untilAsserted(() -> assertThat(observer.children("/leader")).hasSize(2));

        expire();

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(latch.hasLeadership()).isFalse();
            assertThat(rival.hasLeadership()).isTrue();
            assertThat(observer.children("/leader")).hasSize(2);
        });
        rival.close();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(latch.hasLeadership()).isTrue());
    }

    @Test
    void regainsLeadership_throughAResumption() throws Exception {
        LeaderLatch latch = rig.open(new LeaderLatch(curator(), "/leader"));
        latch.start();
        assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();

        loseAndResume();

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(latch.hasLeadership()).isTrue();
            assertThat(observer.children("/leader")).hasSize(1);
        });
    }

    @Test
    void locks_throughADropAndAnExpiry() throws Exception {
        CuratorFramework curator = curator();
        InterProcessMutex mutex = new InterProcessMutex(curator, "/lock");
        assertThat(mutex.acquire(30, TimeUnit.SECONDS)).isTrue();
        drop();
        assertThat(observer.children("/lock")).hasSize(1);
        mutex.release();
        states.clear();

        assertThat(mutex.acquire(30, TimeUnit.SECONDS)).isTrue();
        expire();

        assertThat(observer.children("/lock"))
                .as("the lock went with its session")
                .isEmpty();
        InterProcessMutex other = new InterProcessMutex(curator, "/lock");
        assertThat(other.acquire(30, TimeUnit.SECONDS)).isTrue();
        other.release();
    }

    @Test
    void keepsCacheUpToDate_throughADropAResumptionAndAnExpiry() throws Exception {
        observer.create("/cached", DATA);
        Set<String> heard = ConcurrentHashMap.newKeySet();
        CuratorCache cache = rig.open(CuratorCache.build(curator(), "/cached"));
        cache.listenable()
                .addListener(CuratorCacheListener.builder()
                        .forCreates(node -> heard.add(node.getPath()))
                        .build());
        cache.start();
        await().untilAsserted(() -> assertThat(heard).contains("/cached"));

        drop();
        assertCached(cache, heard, "/cached/after-drop");
        states.clear();
        loseAndResume();
        assertCached(cache, heard, "/cached/after-resumption");
        states.clear();
        expire();
        assertCached(cache, heard, "/cached/after-expiry");
    }

    private void assertCached(CuratorCache cache, Set<String> heard, String path) {
        observer.create(path, DATA);
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(heard).contains(path);
            assertThat(cache.get(path)).isPresent();
        });
    }
}
