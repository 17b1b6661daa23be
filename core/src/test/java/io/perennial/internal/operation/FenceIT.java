package io.perennial.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.operation.Effect;
import io.perennial.operation.Fence;
import io.perennial.operation.Operations;
import io.perennial.operation.SessionReplacedException;
import io.perennial.operation.WriteOutcome;
import io.perennial.operation.WriteOutcome.Kind;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import java.time.Duration;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Writes that the server stops, since what they rest on holds no longer. */
@ExtendWith(NoLeaks.class)
class FenceIT {
    private static final byte[] OLD = {1};
    private static final byte[] NEW = {2};

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final EmbeddedServer server = rig.server();
    private final IndependentClient observer = rig.observer();
    ResilientSession session;

    @BeforeEach
    void connect() {
        observer.create("/node", OLD);
        observer.create("/fence", OLD);
        session = rig.connect(ResilientSession.builder()
                .name("fenced")
                .connectString(server.connectString())
                .sessionTimeout(Duration.ofSeconds(20)));
    }

    /** Of the session; in a subclass, with writes that nothing waits for. */
    Operations operations() {
        return session.operations();
    }

    private long sessionId() {
        return session.info().orElseThrow().sessionId();
    }

    @Test
    void passes_whileTheFencingNodeHasItsVersion() {
        Operations fenced = operations().fencedBy(Fence.version("/fence", 0));

        WriteOutcome first = fenced.setData("/node", NEW, 0);
        observer.setData("/fence", NEW);
        WriteOutcome second = fenced.setData("/node", OLD, 1);

        assertThat(first.kind()).isEqualTo(Kind.APPLIED);
        assertThat(first.path()).isEqualTo("/node");
        assertThat(first.stat().getVersion()).isEqualTo(1);
        assertThat(second.kind()).isEqualTo(Kind.NOT_APPLIED);
        assertThat(second.refusal()).isEqualTo(Code.BADVERSION);
        assertThat(second.explanation()).contains("fence: check /fence at version 0: BADVERSION");
        assertThat(observer.data("/node")).isEqualTo(NEW);
    }

    @Test
    void stops_whenTheFencingNodeIsGone() {
        observer.delete("/fence");

        WriteOutcome outcome = operations().fencedBy(Fence.version("/fence", 0)).delete("/node", 0);

        assertThat(outcome.refusal()).isEqualTo(Code.NONODE);
        assertThat(observer.exists("/node")).isTrue();
    }

    @Test
    void passes_whileTheNodeIsOwned() {
        operations().create("/leader", NEW, CreateMode.EPHEMERAL).orThrow();
        Operations leading = operations().fencedBy(Fence.owner("/leader", sessionId()));

        assertThat(leading.setData("/node", NEW, 0).isApplied()).isTrue();
        observer.delete("/leader");
        assertThat(leading.setData("/node", OLD, 1).refusal()).isEqualTo(Code.NONODE);
        observer.create("/leader", OLD, CreateMode.EPHEMERAL);
        WriteOutcome usurped = leading.setData("/node", OLD, 1);

        assertThat(usurped.refusal()).isEqualTo(Code.BADVERSION);
        assertThat(usurped.explanation())
                .contains("/leader is owned by session 0x" + Long.toHexString(observer.sessionId()));
        assertThat(observer.data("/node")).isEqualTo(NEW);
    }

    @Test
    @Tag("S-40")
    void stops_whenTheOwningSessionIsGone() {
        operations().create("/leader", NEW, CreateMode.EPHEMERAL).orThrow();
        Operations leading = operations().fencedBy(Fence.owner("/leader", sessionId()));
        server.expireSession(sessionId());
        await().untilAsserted(() -> assertThat(session.lease().generation()).isEqualTo(2));

        assertThat(leading.setData("/node", NEW, 0).refusal()).isEqualTo(Code.SESSIONEXPIRED);
    }

    @Test
    void needsAllOfSeveralFences() {
        observer.create("/other", OLD);
        Operations fenced = operations().fencedBy(Fence.version("/fence", 0)).fencedBy(Fence.version("/other", 3));

        WriteOutcome outcome = fenced.create("/made", NEW, CreateMode.PERSISTENT);

        assertThat(outcome.refusal()).isEqualTo(Code.BADVERSION);
        assertThat(observer.exists("/made")).isFalse();
    }

    /** The handle changes between the check of the generation and the request, which no check beforehand can see. */
    @Test
    @Tag("S-40")
    void refusesRequest_whoseSessionIsReplacedOnTheWay() {
        Operations bound = operations().inGeneration(1);

        assertThatThrownBy(() -> bound.call(Effect.ONCE, c -> {
                    server.expireSession(sessionId());
                    await().untilAsserted(() -> assertThat(session.awaitConnected(Duration.ZERO)
                                    && session.lease().generation() == 2)
                            .isTrue());
                    return c.setData().forPath("/node", NEW);
                }))
                .isInstanceOf(SessionReplacedException.class)
                .hasMessageContainingAll("session 'fenced'", "nothing was sent");

        assertThat(observer.stat("/node").orElseThrow().getVersion()).isZero();
    }
}
