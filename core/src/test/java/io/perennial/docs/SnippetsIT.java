package io.perennial.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import io.perennial.operation.WriteOutcome.Kind;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The snippets do what the pages say of them. */
@ExtendWith(NoLeaks.class)
class SnippetsIT {
    private static final byte[] DATA = {1};

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final EmbeddedServer server = rig.server();
    private final IndependentClient observer = rig.observer();
    private final StateSnippets states = new StateSnippets();

    private ResilientSession connected() throws InterruptedException {
        ResilientSession session = rig.open(states.start(server.connectString()));
        assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
        return session;
    }

    @Test
    void workInEachState() throws Exception {
        ResilientSession session = connected();
        await().untilAsserted(() -> assertThat(states.work.last).isEqualTo("begin"));
        await().untilAsserted(() -> assertThat(session.lease().isHeld()).isTrue());
        states.lease(session);
        observer.create("/job", DATA);

        states.generation(session);
        assertThat(observer.data("/job")).containsExactly(7);
        var connectedAgain = new CompletableFuture<SessionTransition>();
        session.addListener(t -> {
            if (t.to() == SessionState.CONNECTED) {
                connectedAgain.complete(t); // After the one before was called: what it does is done.
            }
        });
        server.expireSession(session.info().orElseThrow().sessionId());
        assertThat(connectedAgain).succeedsWithin(Duration.ofSeconds(30));
        assertThat(session.lease().generation()).isEqualTo(2);
        session.close();

        await().untilAsserted(() -> assertThat(states.work.last).isEqualTo("pause"));
    }

    @Test
    void calls() throws Exception {
        CallSnippets calls = new CallSnippets(connected());
        for (String path : List.of(
                "/config",
                "/status",
                "/status/me",
                "/queue",
                "/lock",
                "/witnesses",
                "/account",
                "/receipts",
                "/leader",
                "/leader/epoch",
                "/plan")) {
            observer.create(path, DATA);
        }

        assertThat(calls.read()).isEqualTo(DATA);
        assertThat(calls.readMany(List.of("/config", "/lock"))).succeedsWithin(Duration.ofSeconds(30));
        assertThat(calls.overwrite().getVersion()).isEqualTo(1);
        assertThat(calls.once()).startsWith("/queue/n-");
        assertThat(calls.compareAndSet(0)).isEqualTo("mine, at version 1");
        assertThat(calls.compareAndSet(0)).isEqualTo("refused: BADVERSION");
        assertThat(calls.soleWriter(1).kind()).isEqualTo(Kind.APPLIED);
        assertThat(calls.witnessed().kind()).isEqualTo(Kind.APPLIED);
        assertThat(observer.exists("/receipts/1")).isTrue();
        assertThat(calls.fenced(0).kind()).isEqualTo(Kind.APPLIED);
        assertThat(calls.fenced(1).refusal()).isEqualTo(Code.BADVERSION);
        try (LeaderLatch latch = calls.recipe()) {
            await().untilAsserted(() -> assertThat(latch.hasLeadership()).isTrue());
        }
    }
}
