package io.perennial.session;

import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.generationOf;
import static io.perennial.testing.Sessions.handleOf;
import static io.perennial.testing.Sessions.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.zookeeper.AsyncCallback.StatCallback;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Answers that come when their handle's event thread has ended. ZooKeeper's client gives them under its locks, on the thread
 * that asks or on its own that clears up; a callback of the application's blocks.
 */
@ExtendWith(NoLeaks.class)
@Tag("U4")
@Timeout(60)
class LateAnswersIT {
    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch leave = new CountDownLatch(1);
    private final AtomicReference<Thread> where = new AtomicReference<>();
    private final StatCallback blocking = (rc, path, context, stat) -> {
        where.set(Thread.currentThread());
        entered.countDown();
        try {
            leave.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    };

    @AfterEach
    void leave() {
        leave.countDown();
    }

    @Test
    @DisplayName("The application asks a handle that has ended")
    void holdsUpNobodyElse_whoAsksTheSameHandle() throws Exception {
        ResilientSession session = rig.connect();
        ZooKeeper old = handleOf(session);
        rig.server().expireSession(idOf(session));
        eventually(() -> assertThat(generationOf(session)).isEqualTo(2));
        eventually(() -> assertThat(threadsOf("handle-1")).isZero());

        old.exists("/", false, blocking, null);
        assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
        var answer = new CompletableFuture<Integer>();
        old.exists("/", false, (rc, path, context, stat) -> answer.complete(rc), null);

        assertThat(answer).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(Code.SESSIONEXPIRED.intValue());
        assertThat(where.get().getName()).startsWith("perennial-tested-late-answer");
    }

    @Test
    @DisplayName("A handle is given up while the application waits for an answer on it")
    void endsTheHandle_whatHasNotBeenAnswered() throws Exception {
        ResilientSession session = rig.connect();
        ZooKeeper old = handleOf(session);
        rig.proxy().freezeResponses();
        old.exists("/", false, blocking, null);
        old.getTestable().injectSessionExpiration();
        rig.proxy().thaw();

        assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
        eventually(() -> assertThat(threadsOf("handle-1")).isZero());
        eventually(
                () -> assertThat(session.curator().checkExists().forPath("/")).isNotNull());
        assertThat(handleOf(session)).isNotSameAs(old);
    }

    private static long threadsOf(String handle) {
        return NoLeaks.clientThreads().stream()
                .filter(thread -> thread.getName().contains(handle + "-"))
                .count();
    }
}
