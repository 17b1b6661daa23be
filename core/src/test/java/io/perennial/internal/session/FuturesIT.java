package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.operation.Effect;
import io.perennial.operation.SessionClosedException;
import io.perennial.test.NoLeaks;
import io.perennial.testing.Blocking;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What depends on futures may block, and every future completes. */
@ExtendWith(NoLeaks.class)
class FuturesIT {
    private static final byte[] DATA = {1};

    private final SessionRig rig = new SessionRig();
    private final CountDownLatch unblock = new CountDownLatch(1);

    @AfterEach
    void closeRig() throws Exception {
        unblock.countDown();
        rig.close();
    }

    @Test
    @Tag("U4")
    @Tag("S-63")
    void completesOthers_whileDependentsWaitForThem() throws Exception {
        ResilientSession session = rig.connect(builder -> builder);
        var other = new CompletableFuture<CompletableFuture<?>>();
        rig.proxy().freeze(); // What is complete already has its dependents run by whoever adds them.
        CompletableFuture<Object> first = session.ephemerals()
                .register("/one", DATA)
                .whenHeld()
                .thenApply(held -> other.join().join());
        var ofCalls = new ArrayList<CompletableFuture<Object>>();
        for (int i = 0; i < 6; i++) {
            ofCalls.add(session.operations()
                    .callAsync(Effect.READ, c -> c.checkExists().forPath("/"))
                    .thenApply(stat -> other.join().join()));
        }
        rig.proxy().thaw();
        await().untilAsserted(() -> assertThat(first.getNumberOfDependents()).isZero());

        other.complete(session.ephemerals().register("/two", DATA).whenHeld());

        assertThat(first).succeedsWithin(SessionRig.PATIENCE);
        ofCalls.forEach(each -> assertThat(each).succeedsWithin(SessionRig.PATIENCE));
    }

    @Test
    @Tag("U4")
    @Tag("S-63")
    void goesOn_whileDependentsOfEveryKindBlock() throws Exception {
        ResilientSession session = rig.connect(builder -> builder);
        rig.proxy().freeze(); // What is complete already has its dependents run by whoever adds them.
        session.ephemerals().register("/one", DATA).whenHeld().thenRun(() -> Blocking.until(unblock));
        session.watches().node("/one", change -> {}).whenArmed().thenRun(() -> Blocking.until(unblock));
        for (int i = 0; i < 5; i++) {
            session.operations()
                    .callAsync(Effect.READ, c -> c.checkExists().forPath("/"))
                    .thenRun(() -> Blocking.until(unblock));
            session.operations()
                    .callInBackground(Effect.READ, (c, in) -> c.checkExists()
                            .inBackground(in.callback(), in.context())
                            .forPath("/"))
                    .thenRun(() -> Blocking.until(unblock));
        }
        rig.proxy().thaw();

        assertThat(session.ephemerals().register("/two", DATA).whenHeld()).succeedsWithin(SessionRig.PATIENCE);
        assertThat(session.watches().node("/two", change -> {}).whenArmed()).succeedsWithin(SessionRig.PATIENCE);
        assertThat(session.operations()
                        .callAsync(Effect.READ, c -> c.checkExists().forPath("/")))
                .succeedsWithin(SessionRig.PATIENCE);
        assertThat(session.operations().callInBackground(Effect.READ, (c, in) -> c.checkExists()
                        .inBackground(in.callback(), in.context())
                        .forPath("/")))
                .succeedsWithin(SessionRig.PATIENCE);
    }

    @Test
    @Tag("K1")
    @Tag("S-63")
    void completesAll_whenClosed_whileDependentsBlock() throws Exception {
        ResilientSession session = rig.connect(builder -> builder);
        var node = session.ephemerals().register("/node", DATA);
        node.whenHeld().get(30, TimeUnit.SECONDS);
        rig.proxy().freeze();
        List<CompletableFuture<?>> futures = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            node.update(DATA).whenComplete((done, failure) -> Blocking.until(unblock));
            futures.add(node.update(DATA));
            futures.add(session.ephemerals().register("/other-" + i, DATA).whenHeld());
            futures.add(session.watches().node("/other-" + i, change -> {}).whenArmed());
            futures.add(session.operations()
                    .callAsync(Effect.READ, c -> c.checkExists().forPath("/")));
            futures.add(session.operations().callInBackground(Effect.READ, (c, in) -> c.checkExists()
                    .inBackground(in.callback(), in.context())
                    .forPath("/")));
        }

        session.close();

        for (CompletableFuture<?> future : futures) {
            assertThat(future)
                    .failsWithin(SessionRig.PATIENCE)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(io.perennial.ResilientSessionException.class);
        }
    }

    @Test
    @Tag("K1")
    @DisplayName("calls that are repeated end when the session closes, 100 of them at any moment of their pauses")
    void completesCallsInTheirPauses_whenClosed() throws Exception {
        for (int round = 0; round < 5; round++) {
            ResilientSession session = rig.connect(builder -> builder);
            rig.proxy().disconnect();
            List<CompletableFuture<?>> futures = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                futures.add(session.operations()
                        .callAsync(Effect.READ, c -> c.getData().forPath("/")));
                futures.add(session.operations().callInBackground(Effect.READ, (c, in) -> c.getData()
                        .inBackground(in.callback(), in.context())
                        .forPath("/")));
            }
            rig.proxy().accept();

            session.close();

            CompletableFuture<Void> all = CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
                    .exceptionally(failure -> {
                        assertThat(failure).hasRootCauseInstanceOf(Exception.class);
                        return null;
                    });
            assertThat(all).succeedsWithin(Duration.ofSeconds(20));
        }
    }

    @Test
    @Tag("U4")
    void completesOnTheUsersExecutor_whereCloseReturns() throws Exception {
        var executor = rig.open(new TestExecutor());
        ResilientSession session =
                rig.connect(builder -> builder.futureExecutor(executor).closeTimeout(Duration.ofMinutes(5)));
        var thread = new CompletableFuture<String>();

        session.ephemerals().register("/node", DATA).whenHeld().thenRun(() -> {
            session.close();
            thread.complete(Thread.currentThread().getName());
        });

        assertThat(thread).succeedsWithin(SessionRig.PATIENCE).isEqualTo("test-executor");
        Sessions.awaitState(session, SessionState.CLOSED);
    }

    @Test
    @Tag("U2")
    @Tag("S-63")
    void completesWhatTheFutureExecutorDrops_afterAWhile() throws Exception {
        ResilientSession session = rig.connect(
                builder -> builder.sessionTimeout(Duration.ofSeconds(2)).futureExecutor(task -> {}));

        assertThat(session.ephemerals().register("/node", DATA).whenHeld()).succeedsWithin(SessionRig.PATIENCE);
    }

    @Test
    @Tag("U3")
    @Tag("S-63")
    void runsListenersOnTheSessionsThread_whenTheCallbackExecutorWouldOnTheEngine() throws Exception {
        var thread = new CompletableFuture<String>();

        ResilientSession session = rig.connect(builder -> builder.callbackExecutor(Runnable::run)
                .listener(transition -> thread.complete(Thread.currentThread().getName())));

        assertThat(thread).succeedsWithin(SessionRig.PATIENCE).isEqualTo("perennial-tested-callback");
        assertThat(session.report().problems()).anyMatch(problem -> problem.contains("callbackExecutor"));
    }

    @Test
    @Tag("K1")
    void failsAFuture_askedForAfterTheEnd() throws Exception {
        ResilientSession session = rig.connect(builder -> builder);
        session.close();

        assertThat(session.operations()
                        .callAsync(Effect.READ, c -> c.checkExists().forPath("/")))
                .failsWithin(SessionRig.PATIENCE)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(SessionClosedException.class);
    }
}
