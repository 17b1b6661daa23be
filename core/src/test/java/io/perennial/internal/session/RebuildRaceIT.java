package io.perennial.internal.session;

import static io.perennial.SessionState.CONNECTED;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.generationOf;
import static io.perennial.testing.Sessions.handleOf;
import static io.perennial.testing.Sessions.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.SessionTransition.Cause;
import io.perennial.operation.Effect;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
@Tag("S-08")
class RebuildRaceIT {
    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final List<CompletableFuture<Void>> running = new ArrayList<>();

    @AfterEach
    void allHaveEnded() {
        assertThat(running).allSatisfy(f -> assertThat(f).succeedsWithin(SessionRig.PATIENCE));
    }

    @Test
    void endsWithOneHandle_whenSeveralCausesAskForARebuildAtOnce() throws Exception {
        ResilientSession session = rig.connect(Duration.ofSeconds(10));

        for (int round = 0; round < 5; round++) {
            ZooKeeper handle = handleOf(session);
            long id = idOf(session);
            atOnce(
                    () -> handle.getTestable().injectSessionExpiration(),
                    () -> session.curator().getZookeeperClient().reset(),
                    () -> expireUnlessClosed(id),
                    () -> rig.proxy().cut());
            eventually(() -> {
                assertThat(handleOf(session)).isNotSameAs(handle);
                assertThat(session.state()).isEqualTo(CONNECTED);
            });
        }

        assertOneHandle(session);
        assertThat(generationOf(session)).isGreaterThan(1);
    }

    @Test
    void endsWithOneHandle_whenCuratorIsResetFromManyThreads() throws Exception {
        ResilientSession session = rig.connect(Duration.ofSeconds(10));
        Fault reset = () -> {
            for (int i = 0; i < 5; i++) {
                session.curator().getZookeeperClient().reset();
            }
        };

        atOnce(reset, reset, reset, reset);

        assertOneHandle(session);
    }

    @Test
    @DisplayName("On the session's own threads Curator's housekeeping does nothing")
    void keepsSessionAndHandle_whenCuratorIsResetOnAnOwnThread() throws Exception {
        ResilientSession session = rig.connect(Duration.ofSeconds(10));
        long id = idOf(session);
        ZooKeeper handle = handleOf(session);

        session.operations()
                .callAsync(Effect.READ, curator -> {
                    curator.getZookeeperClient().reset();
                    return curator.checkExists().forPath("/");
                })
                .get(30, TimeUnit.SECONDS);

        assertOneHandle(session);
        assertThat(handleOf(session)).isSameAs(handle);
        assertThat(idOf(session)).isEqualTo(id);
        assertThat(rig.heard().to(SessionState.LOST)).isEmpty();
    }

    @Test
    void makesOneHandle_whenTwoCausesMeetOnTheSameOne() throws Exception {
        ResilientSession session = rig.connect(Duration.ofSeconds(10));
        ZooKeeper handle = handleOf(session);
        int accepted = rig.proxy().connectionsAccepted();
        Fault inject = () -> handle.getTestable().injectSessionExpiration();

        atOnce(inject, inject, inject, inject);
        eventually(() -> assertThat(rig.heard().causes()).endsWith(Cause.SESSION_RESUMED, Cause.RESTORED));

        assertOneHandle(session);
        assertThat(generationOf(session)).isEqualTo(1);
        assertThat(handleThreads()).allSatisfy(t -> assertThat(t.getName()).startsWith("perennial-tested-handle-2-"));
        // The new handle looks whether a server answers before it connects.
        assertThat(rig.proxy().connectionsAccepted() - accepted).isLessThanOrEqualTo(2);
    }

    private void assertOneHandle(ResilientSession session) {
        eventually(() -> {
            assertThat(session.state()).isEqualTo(CONNECTED);
            assertThat(handleThreads()).as("the two threads of one handle").hasSize(2);
            assertThat(rig.proxy().openConnections()).isEqualTo(1);
            assertThat(handleOf(session).getSessionId()).isEqualTo(idOf(session));
            assertThat(session.curator().checkExists().forPath("/")).isNotNull();
            assertThat(rig.heard().states()).endsWith(CONNECTED);
        });
        rig.heard().assertUnbroken();
        rig.heard().assertGenerationsUpTo(generationOf(session));
    }

    private void expireUnlessClosed(long id) {
        try {
            rig.server().expireSession(id);
        } catch (IllegalArgumentException e) {
            // Curator's reset closes the session too, and was first.
        }
    }

    private static List<Thread> handleThreads() {
        return Sessions.threadsNamed("perennial-tested-handle-");
    }

    /** Begins all at the same moment and waits for their end. */
    private void atOnce(Fault... actions) throws Exception {
        var barrier = new CyclicBarrier(actions.length);
        List<CompletableFuture<Void>> begun = new ArrayList<>();
        for (Fault action : actions) {
            var done = new CompletableFuture<Void>();
            begun.add(done);
            new Thread(
                            () -> {
                                try {
                                    barrier.await(20, TimeUnit.SECONDS);
                                    action.run();
                                    done.complete(null);
                                } catch (Exception e) {
                                    done.completeExceptionally(e);
                                }
                            },
                            "test-cause")
                    .start();
        }
        running.addAll(begun);
        CompletableFuture.allOf(begun.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
    }

    @FunctionalInterface
    private interface Fault {
        void run() throws Exception;
    }
}
