package io.perennial.internal.session;

import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.generationOf;
import static io.perennial.testing.Sessions.handleOf;
import static io.perennial.testing.Sessions.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.test.NoLeaks;
import io.perennial.testing.Blocking;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.zookeeper.AddWatchMode;
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
 * Answers that come when their handle's event thread has ended. ZooKeeper's client gives them under its locks, on the
 * thread that asks or on its own that clears up; a callback of the application's blocks.
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
        Blocking.until(leave);
    };

    @AfterEach
    void leave() {
        leave.countDown();
    }

    @Test
    @DisplayName("The application asks a handle that has ended")
    void holdsUpNobodyElse_whoAsksTheSameHandle() throws Exception {
        ResilientSession session = rig.connect();
        ZooKeeper old = ended(session);

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

    @Test
    @DisplayName("The application asks a handle that has ended, in a callback on the next one's event thread")
    void holdsUpNobodyElse_whoAsksFromAnotherHandlesEventThread() throws Exception {
        ResilientSession session = rig.connect();
        ZooKeeper old = ended(session);

        handleOf(session).exists("/", false, (rc, path, context, stat) -> old.exists("/", false, blocking, null), null);

        assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(where.get().getName()).startsWith("perennial-tested-late-answer");
    }

    @Test
    @DisplayName("The session is closed while a callback blocks its handle's event thread, and others wait behind it")
    void areAllGiven_whenOneIsInterrupted() throws Exception {
        ResilientSession session = rig.connect(builder -> builder.closeTimeout(Duration.ofSeconds(2)));
        ZooKeeper handle = handleOf(session);
        var behind = new CompletableFuture<Thread>();
        handle.exists("/", false, blocking, null);
        assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
        handle.exists("/", false, (rc, path, context, stat) -> behind.complete(Thread.currentThread()), null);

        session.close();

        assertThat(behind)
                .succeedsWithin(Duration.ofSeconds(30))
                .as("not where the one in front of it was interrupted")
                .isNotSameAs(where.get());
        var after = new CompletableFuture<Integer>();
        handle.exists("/", false, (rc, path, context, stat) -> after.complete(rc), null);
        assertThat(after).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(Code.SESSIONEXPIRED.intValue());
    }

    @Test
    @DisplayName("There is no thread to be had when the answer comes")
    void areKept_untilThereIsAThread() throws Exception {
        var starved = new AtomicBoolean();
        try (ResilientSession session = rig.connect(Starved.build(rig.builder(), starved))) {
            ZooKeeper old = ended(session);
            var answer = new CompletableFuture<Integer>();
            starved.set(true);
            old.exists("/", false, (rc, path, context, stat) -> answer.complete(rc), null);
            starved.set(false);

            assertThat(answer).succeedsWithin(Duration.ofSeconds(30));
        }
    }

    @Test
    @DisplayName("The session is closed, and more of them block than can begin until it has been")
    void endWithTheSession_howeverManyBlock() throws Exception {
        ResilientSession session = rig.connect(builder -> builder.closeTimeout(Duration.ofSeconds(1)));
        ZooKeeper old = ended(session);
        for (int i = 0; i < 60; i++) {
            old.exists("/", false, blocking, null);
        }
        assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();

        session.close();

        eventually(() -> assertThat(Sessions.threadsNamed("perennial-tested-late-answer"))
                .isEmpty());
    }

    @Test
    @DisplayName("Nobody wants the answer")
    void areLeftOut_whereThereIsNoCallback() throws Exception {
        ResilientSession session = rig.connect();
        ZooKeeper old = ended(session);
        old.sync("/", null, null);
        old.addWatch("/", event -> {}, AddWatchMode.PERSISTENT, null, null);
        var answer = new CompletableFuture<Integer>();
        old.exists("/", false, (rc, path, context, stat) -> answer.complete(rc), null);

        assertThat(answer).succeedsWithin(Duration.ofSeconds(30));
        assertThat(rig.logLines()).noneMatch(line -> line.contains("NullPointerException"));
    }

    /** The session's first handle, when its event thread is no more. */
    private ZooKeeper ended(ResilientSession session) throws Exception {
        ZooKeeper old = handleOf(session);
        rig.server().expireSession(idOf(session));
        eventually(() -> assertThat(generationOf(session)).isEqualTo(2));
        eventually(() -> assertThat(threadsOf("handle-1")).isZero());
        return old;
    }

    private static long threadsOf(String handle) {
        return NoLeaks.clientThreads().stream()
                .filter(thread -> thread.getName().contains(handle + "-"))
                .count();
    }
}
