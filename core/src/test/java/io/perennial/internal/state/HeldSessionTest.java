package io.perennial.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.SessionInfo;
import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.handle.ClientHandle;
import io.perennial.internal.handle.HandleEvent;
import io.perennial.internal.handle.PlayedHandle;
import io.perennial.internal.handle.SessionCredentials;
import io.perennial.internal.restore.Attachment;
import java.time.Duration;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.junit.jupiter.api.Test;

class HeldSessionTest {
    private static final Duration REQUESTED = Duration.ofSeconds(30);
    private static final int GRANTED = 20_000;

    private final HeldSession session = new HeldSession(REQUESTED);
    private final ClientHandle first = new PlayedHandle(new HandTicker()).handle();
    private final ClientHandle second = new PlayedHandle(new HandTicker()).handle();

    private Attachment connected(ClientHandle handle, long id) {
        return session.connected(new HandleEvent(
                handle, KeeperState.SyncConnected, new SessionCredentials(id, new byte[16]), GRANTED, null));
    }

    @Test
    void knowsNothing_beforeTheFirstConnection() {
        assertThat(session.isKnown()).isFalse();
        assertThat(session.hasBeen()).isFalse();
        assertThat(session.id()).isZero();
        assertThat(session.info()).isNull();
        assertThat(session.timeout()).isEqualTo(REQUESTED);
    }

    @Test
    void isNew_whenNoneIsKnown() {
        assertThat(connected(first, 7)).isEqualTo(Attachment.NEW_SESSION);

        assertThat(session.generation()).isEqualTo(1);
        assertThat(session.id()).isEqualTo(7);
        assertThat(session.timeout()).isEqualTo(Duration.ofMillis(GRANTED));
        assertThat(session.lastConnected()).isSameAs(first);
    }

    @Test
    void isConnectedAgain_whenTheSameHandleIsAndThePartsStand() {
        connected(first, 7);
        session.use();

        assertThat(connected(first, 7)).isEqualTo(Attachment.RECONNECTED);
        assertThat(session.generation()).isEqualTo(1);
    }

    @Test
    void isResumed_whenThePartsDoNotStand() {
        connected(first, 7);

        assertThat(connected(first, 7)).isEqualTo(Attachment.RESUMED);
    }

    @Test
    void isResumed_byAnotherHandle() {
        connected(first, 7);
        session.use();

        assertThat(connected(second, 7)).isEqualTo(Attachment.RESUMED);
        assertThat(session.generation()).isEqualTo(1);
        assertThat(session.lastConnected()).isSameAs(second);
    }

    @Test
    void isTakenForLost_andStaysKnown() {
        connected(first, 7);
        session.use();

        session.drop();

        assertThat(session.isInUse()).isFalse();
        assertThat(session.info()).isNull();
        assertThat(session.timeout()).isEqualTo(REQUESTED);
        assertThat(session.isKnown()).isTrue();
        assertThat(session.earlierIds()).isEmpty();
    }

    @Test
    void isAnEarlierOne_onceTheServerHasItNoLonger() {
        connected(first, 7);

        session.forget();
        session.forget();

        assertThat(session.isKnown()).isFalse();
        assertThat(session.hasBeen()).isTrue();
        assertThat(session.id()).isZero();
        assertThat(session.earlierIds()).containsExactly(7L);
        assertThat(connected(first, 8)).isEqualTo(Attachment.NEW_SESSION);
        assertThat(session.generation()).isEqualTo(2);
    }

    @Test
    void isReplaced_byASessionOfAnotherId() {
        assertThat(session.isReplacedBy(new SessionCredentials(7, new byte[16])))
                .isFalse();

        connected(first, 7);

        assertThat(session.isReplacedBy(new SessionCredentials(7, new byte[16])))
                .isFalse();
        assertThat(session.isReplacedBy(new SessionCredentials(8, new byte[16])))
                .isTrue();
    }

    @Test
    void isEstablishedWhenItWasFirstConnected() {
        connected(first, 7);
        SessionInfo before = session.info();

        connected(second, 7);

        assertThat(session.info()).isEqualTo(before);
    }
}
