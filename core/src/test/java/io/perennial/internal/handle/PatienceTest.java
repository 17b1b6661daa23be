package io.perennial.internal.handle;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.engine.SessionThreads;
import io.perennial.internal.protocol.ServerKnowledge;
import java.time.Duration;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C20")
class PatienceTest {
    private static final Duration TIMEOUT = Duration.ofNanos(1_000);

    private final Handle handle = handle(1);

    private static Handle handle(long number) {
        var threads = new SessionThreads("patience", PatienceTest.class.getClassLoader());
        return new Handle(
                number,
                null,
                0,
                new Pulse(() -> 0),
                null,
                threads,
                new ServerKnowledge(),
                event -> {},
                (source, event) -> {});
    }

    @Test
    void isOverAtItsPartOfTheTimeout_once() {
        var patience = new Patience(30);
        patience.heard(handle, KeeperState.Disconnected, 50);

        assertThat(patience.isOver(handle, 349, TIMEOUT)).isFalse();
        assertThat(patience.isOver(handle, 350, TIMEOUT)).isTrue();
        assertThat(patience.isOver(handle, 10_000, TIMEOUT)).isFalse();
    }

    @Test
    void isNotOver_whenTheConnectionIsBack() {
        var patience = new Patience(30);
        patience.heard(handle, KeeperState.Disconnected, 0);
        patience.heard(handle, KeeperState.SyncConnected, 100);

        assertThat(patience.isOver(handle, 10_000, TIMEOUT)).isFalse();
    }

    @Test
    @DisplayName("An earlier handle's: Curator has heard of its loss when it was superseded")
    void isNotOver_whenTheHandleIsAnother() {
        var patience = new Patience(30);
        patience.heard(handle, KeeperState.Disconnected, 0);

        assertThat(patience.isOver(handle(2), 10_000, TIMEOUT)).isFalse();
    }

    @Test
    @DisplayName("Curator's default: the session's own reckoning comes first")
    void isNeverOver_withTheWholeTimeout() {
        var patience = new Patience(100);
        patience.heard(handle, KeeperState.Disconnected, 0);

        assertThat(patience.isOver(handle, 10_000, TIMEOUT)).isFalse();
    }
}
