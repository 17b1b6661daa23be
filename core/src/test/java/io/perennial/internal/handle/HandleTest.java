package io.perennial.internal.handle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.protocol.ServerKnowledge;
import java.time.Duration;
import org.apache.zookeeper.IdleZooKeeper;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper.States;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HandleTest {
    private final HandTicker ticker = new HandTicker();

    @AutoClose
    private final PlayedHandle played = new PlayedHandle(ticker);

    private final Handle handle = played.handle();

    @Test
    @Tag("C9")
    void hasNotDied_beforeItsThreadHasBegun_norWhileItLives() throws Exception {
        assertThat(handle.hasDied()).isFalse();

        played.attempts();

        assertThat(handle.hasDied()).isFalse();
        assertThat(handle.stack()).isNotEmpty();
    }

    @Test
    @Tag("C9")
    void hasDied_whenItsThreadHasEndedWithoutAWord() throws Exception {
        played.attemptsAndDies();

        assertThat(handle.hasDied()).isTrue();
        assertThat(handle.stack()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = States.class,
            names = {"CLOSED", "AUTH_FAILED"})
    @Tag("C9")
    @DisplayName("Closed, or refused by a server: its end is told as that")
    void hasNotDied_whenItsClientSaysThatItHasEnded(States state) throws Exception {
        played.attemptsAndDies();

        played.client().setState(state);

        assertThat(handle.hasDied()).isFalse();
    }

    @Test
    @Tag("C9")
    void isQuiet_sinceItsLastWordOrAttempt() throws Exception {
        ticker.advance(Duration.ofSeconds(7));
        assertThat(handle.quiet()).isEqualTo(Duration.ofSeconds(7));

        played.attempts();
        ticker.advance(Duration.ofSeconds(2));
        assertThat(handle.quiet()).isEqualTo(Duration.ofSeconds(2));

        played.says(KeeperState.Disconnected);
        assertThat(handle.quiet()).isZero();
    }

    @Test
    @Tag("C9")
    @DisplayName("The attempts of a handle of the caller's factory are not seen")
    void isNeverQuiet_norDies_whenTheCallerHasMadeIt() throws Exception {
        var theirs = new Handle(
                1,
                null,
                0,
                new Pulse(ticker),
                null,
                played.threads(),
                new ServerKnowledge(),
                event -> {},
                (source, event) -> {});
        theirs.made(new IdleZooKeeper());

        ticker.advance(Duration.ofHours(1));

        assertThat(theirs.quiet()).isZero();
        assertThat(theirs.hasDied()).isFalse();
    }

    @Test
    @Tag("C2")
    void tellsALossBetweenTwoConnections_whenItsClientHasLeftItOut() {
        played.says(KeeperState.SyncConnected);
        played.says(KeeperState.SaslAuthenticated);
        played.says(KeeperState.SyncConnected);

        assertThat(played.told())
                .containsExactly(
                        KeeperState.SyncConnected,
                        KeeperState.SaslAuthenticated,
                        KeeperState.Disconnected,
                        KeeperState.SyncConnected);
    }

    @Test
    @Tag("L1")
    @DisplayName("A connection is told of late, when there is another, which no leader hears of")
    void doesNotSay_whenAConnectionBeganThatIsReadOnly() {
        long made = ticker.nanos();
        ticker.advance(Duration.ofSeconds(1));
        played.connects();

        played.client().setState(States.CONNECTEDREADONLY);
        assertThat(handle.connectingSince()).isEqualTo(made);
        played.client().setState(States.CONNECTED);
        assertThat(handle.connectingSince()).isEqualTo(ticker.nanos());
    }

    @Test
    @Tag("L1")
    @DisplayName("The server knows nothing of our giving the handle up: what it grants counts")
    void tellsWhatItIsGranted_whenAServerHasGivenTheSession_alsoOnceItIsAbandoned() {
        played.connects();
        handle.abandon();
        assertThatIllegalStateException().isThrownBy(played::connects);

        assertThat(played.grants()).containsExactly(IdleZooKeeper.GRANTED, IdleZooKeeper.GRANTED);
    }

    @Test
    void countsItsEventThread_amongTheSessions() {
        played.says(KeeperState.Disconnected);

        assertThat(played.threads().isOwnThread()).isTrue();
    }

    @Test
    @DisplayName("A client of the caller's factory may tell its watcher of its close on the thread that closes it")
    void countsNoThreadThatTellsOfAClose_amongTheSessions() {
        played.says(KeeperState.Closed);

        assertThat(played.told()).containsExactly(KeeperState.Closed);
        assertThat(played.threads().isOwnThread()).isFalse();
    }

    @Test
    @DisplayName("Who closes a handle may tell of it on any thread, also on one of the application's")
    void countsNoOtherThread_amongTheSessions() {
        handle.closedUnreported();

        assertThat(played.told()).containsExactly(KeeperState.Closed);
        assertThat(played.threads().isOwnThread()).isFalse();
    }
}
