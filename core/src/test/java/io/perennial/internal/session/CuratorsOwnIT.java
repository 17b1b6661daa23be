package io.perennial.internal.session;

import static io.perennial.testing.Sessions.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import java.time.Duration;
import java.util.function.IntPredicate;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.retry.RetryNTimes;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What Curator itself gets wrong, as docs/curator.md says; whatever is red here has been mended there. */
@ExtendWith(NoLeaks.class)
class CuratorsOwnIT {
    private static final IntPredicate CREATE = opCode -> opCode == OpCode.create || opCode == OpCode.create2;

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final EmbeddedServer server = rig.server();
    private final FaultProxy proxy = rig.proxy();
    private final IndependentClient observer = rig.observer();

    @BeforeEach
    void makeParent() {
        observer.create("/locks", new byte[0]);
    }

    @Test
    @DisplayName(
            "A protected create that fails twice gives null for a path, and its node stands if the answer was lost")
    void plainProtectedCreateGivesNull() throws Exception {
        try (CuratorFramework curator = plain()) {
            failTwice();

            assertThat(curator.create()
                            .withProtection()
                            .withMode(CreateMode.EPHEMERAL_SEQUENTIAL)
                            .forPath("/locks/a"))
                    .isNull();

            assertThat(observer.children("/locks")).hasSize(1);
        }
    }

    @Test
    void plainMutexThrows_andNobodyHasTheLock() throws Exception {
        try (CuratorFramework curator = plain()) {
            failTwice();

            assertThatThrownBy(() -> new InterProcessMutex(curator, "/locks").acquire())
                    .isInstanceOf(NullPointerException.class);

            assertThat(observer.children("/locks")).hasSize(1);
        }
    }

    @Test
    void mutexOverASessionThrows_andNobodyHasTheLock() throws Exception {
        var session = rig.open(rig.builder().build()).start();
        assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
        failTwice();

        assertThatThrownBy(() -> new InterProcessMutex(session.curator(), "/locks").acquire())
                .isInstanceOf(NullPointerException.class);

        assertThat(observer.children("/locks")).hasSize(1);
        server.expireSession(session.info().orElseThrow().sessionId());
        eventually(() -> assertThat(observer.children("/locks")).isEmpty());
    }

    private void failTwice() {
        proxy.loseRequest(CREATE).thenRun(() -> proxy.loseAcknowledgement(CREATE));
    }

    private CuratorFramework plain() throws InterruptedException {
        CuratorFramework curator = CuratorFrameworkFactory.newClient(proxy.connectString(), new RetryNTimes(10, 500));
        curator.start();
        curator.blockUntilConnected();
        return curator;
    }
}
