package io.perennial.internal.session;

import static io.perennial.testing.Sessions.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.apache.curator.CuratorConnectionLossException;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.ConnectionLossException;
import org.apache.zookeeper.ZooKeeper;
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
    private final SessionRig rig = new SessionRig();

    private final EmbeddedServer server = rig.server();

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
        ResilientSession session = rig.start(builder()).start();

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
        ResilientSession session = rig.connect(builder());
        server.stop();

        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> session.curator().getData().forPath("/"))
                    .isInstanceOf(ConnectionLossException.class);
        }

        server.restart();
        eventually(() -> assertThat(session.curator().getData().forPath("/")).isNotNull());
    }

    @Test
    @Tag("C1")
    @DisplayName("A caller at work in an outage whose end meets the client's attempt in vain")
    void areAnswered_whenTheServerIsBackForTheAttemptInVain() throws Exception {
        FaultProxy proxy = rig.open(new FaultProxy(server.port()));
        ResilientSession session = rig.connect(builder()
                .connectString(proxy.connectString())
                .sessionTimeout(Duration.ofSeconds(20))
                .connectTimeout(Duration.ofSeconds(10)));
        ZooKeeper handle = Sessions.handleOf(session);
        proxy.disconnect();

        awaitRefusal(handle);
        proxy.accept(); // while the client sleeps before it connects

        Sessions.awaitState(session, SessionState.SUSPENDED);
        Sessions.awaitState(session, SessionState.CONNECTED);
        assertThat(handle.exists("/", false)).isNotNull();
    }

    /** Callers at work, until one is told at once that no server is reachable: then the others wait for an attempt. */
    private static void awaitRefusal(ZooKeeper handle) {
        Queue<CompletableFuture<?>> calls = new ConcurrentLinkedQueue<>();
        var callers = Executors.newCachedThreadPool();
        try {
            await().atMost(SessionRig.PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> {
                        calls.add(CompletableFuture.runAsync(() -> ask(handle), callers));
                        return calls.stream().anyMatch(BareCallIT::isRefused);
                    });
        } finally {
            callers.shutdown();
        }
    }

    private static void ask(ZooKeeper handle) {
        try {
            handle.exists("/", false);
        } catch (KeeperException | InterruptedException e) {
            throw new CompletionException(e);
        }
    }

    private static boolean isRefused(CompletableFuture<?> call) {
        return call.isCompletedExceptionally()
                && call.handle((done, e) -> e.getCause() instanceof CuratorConnectionLossException)
                        .join();
    }
}
