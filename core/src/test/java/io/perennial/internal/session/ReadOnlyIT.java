package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.operation.Effect;
import io.perennial.operation.SessionUnavailableException;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.test.ZooKeeperEnsemble;
import io.perennial.test.ZooKeeperServers;
import io.perennial.testing.OpenedSessions;
import io.perennial.testing.Transitions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * An ensemble that loses its quorum, whose last server lets itself be read. ZooKeeper 3.9 does so only where local
 * sessions are enabled, and refuses to take over a session that has become global, as one with ephemeral nodes has.
 */
@ExtendWith(NoLeaks.class)
@Tag("S-56")
class ReadOnlyIT {
    private static final byte[] DATA = {1};
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final OpenedSessions opened = new OpenedSessions();
    private final ZooKeeperEnsemble ensemble =
            opened.add(ZooKeeperServers.ensemble(3).readOnlyMode().start());

    @AfterEach
    void closeAll() throws Exception {
        opened.close();
    }

    private ResilientSession.Builder builder(String name) {
        return ResilientSession.builder()
                .name(name)
                .connectString(ensemble.connectString())
                .sessionTimeout(Duration.ofSeconds(40))
                .connectTimeout(Duration.ofSeconds(5));
    }

    private static void awaitState(ResilientSession session, SessionState state) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(session.state()).isEqualTo(state));
    }

    @Test
    @DisplayName("READ_ONLY while there is no quorum, with nothing replayed; CONNECTED and restored when it is back")
    void reads_untilTheQuorumIsBack() throws Exception {
        var heard = new Transitions();
        ResilientSession reader =
                opened.connected(builder("reader").readOnlyAllowed(true).listener(heard));
        ResilientSession holder = opened.connected(builder("holder").readOnlyAllowed(true));
        var heardByWriter = new Transitions();
        ResilientSession writer = opened.connected(builder("writer").listener(heardByWriter));
        reader.curator().create().forPath("/kept", DATA);
        holder.ephemerals().register("/held", DATA).whenHeld().get(30, TimeUnit.SECONDS);
        long held = holder.info().orElseThrow().sessionId();

        ensemble.server(0).kill();
        ensemble.server(1).kill();

        awaitState(reader, SessionState.READ_ONLY);
        assertThat(reader.curator().getData().forPath("/kept")).isEqualTo(DATA);
        assertRefusesToWrite(reader);
        EphemeralNode late = reader.ephemerals().register("/late", DATA);
        assertThat(reader.awaitConnected(Duration.ZERO)).isFalse();

        var heardByNewcomer = new Transitions();
        ResilientSession newcomer =
                opened.session(builder("newcomer").readOnlyAllowed(true).listener(heardByNewcomer));
        EphemeralNode newcomersNode = newcomer.ephemerals().register("/newcomer", DATA);
        awaitState(newcomer, SessionState.READ_ONLY);
        assertThat(newcomer.curator().getData().forPath("/kept")).isEqualTo(DATA);
        assertThat(newcomer.curator().checkExists().forPath("/late")).isNull();
        assertThat(newcomersNode.whenHeld()).isNotDone();
        assertThat(late.whenHeld()).isNotDone();

        ensemble.launchAll();

        for (ResilientSession session : new ResilientSession[] {reader, holder, writer, newcomer}) {
            awaitState(session, SessionState.CONNECTED);
        }
        late.whenHeld().get(30, TimeUnit.SECONDS);
        newcomersNode.whenHeld().get(30, TimeUnit.SECONDS);
        var observer = opened.add(new IndependentClient(ensemble.connectString()));
        assertThat(observer.ownerOf("/held")).contains(held);
        assertThat(holder.info().orElseThrow().sessionId()).isEqualTo(held);
        assertThat(observer.ownerOf("/late"))
                .contains(reader.info().orElseThrow().sessionId());
        assertThat(newcomer.info().orElseThrow().generation()).isEqualTo(1);
        assertThat(heard.states()).containsSubsequence(SessionState.READ_ONLY, SessionState.CONNECTED);
        assertThat(heardByNewcomer.states()).doesNotContain(SessionState.LOST, SessionState.FAILED);
        assertThat(heardByWriter.states()).doesNotContain(SessionState.READ_ONLY);
    }

    private static void assertRefusesToWrite(ResilientSession session) {
        assertThatThrownBy(() -> session.operations()
                        .within(Duration.ofMillis(200))
                        .call(Effect.ONCE, c -> c.setData().forPath("/kept", DATA)))
                .isInstanceOf(SessionUnavailableException.class)
                .hasMessageContaining("READ_ONLY");
    }
}
