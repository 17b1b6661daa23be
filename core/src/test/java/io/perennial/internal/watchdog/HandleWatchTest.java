package io.perennial.internal.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.handle.Handle;
import io.perennial.internal.handle.PlayedHandle;
import io.perennial.testing.CapturedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.ZooKeeper.States;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C9")
class HandleWatchTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int LOOKS = 3;

    private final HandTicker ticker = new HandTicker();
    private final List<PlayedHandle> played = new ArrayList<>();
    private final List<Handle> died = new ArrayList<>();
    private Handle current;
    private final HandleWatch watch =
            new HandleWatch(() -> current, died::add, new ThrottledLog("watched", ticker), PATIENCE, LOOKS);

    @AutoClose
    private final CapturedLog log = CapturedLog.ofSessions();

    @AfterEach
    void endThreads() {
        played.forEach(PlayedHandle::close);
    }

    private PlayedHandle next() {
        var handle = new PlayedHandle(ticker);
        played.add(handle);
        current = handle.handle();
        return handle;
    }

    @Test
    void findsNothing_whileThereIsNoHandle() {
        assertThat(watch.look()).isNull();
    }

    @Test
    @DisplayName("Has the dead one replaced, and only when its end had the time to be told as another's doing")
    void reportsADeadHandle_onceItHasBeenFoundDeadOftenEnough() throws Exception {
        PlayedHandle handle = next();
        handle.attemptsAndDies();

        for (int look = 1; look < LOOKS; look++) {
            assertThat(watch.look()).isNull();
        }
        assertThat(died).isEmpty();
        assertThat(watch.look()).isNull();

        assertThat(died).containsExactly(handle.handle());
        assertThat(log.lines()).singleElement().asString().contains("died of an error");
    }

    @Test
    void reportsADeadHandleAgain_untilItIsReplaced_andLeavesTheNextAlone() throws Exception {
        next().attemptsAndDies();
        for (int look = 1; look <= LOOKS + 1; look++) {
            watch.look();
        }
        assertThat(died).hasSize(2);

        next().attempts();
        for (int look = 1; look <= LOOKS + 1; look++) {
            assertThat(watch.look()).isNull();
        }

        assertThat(died).hasSize(2);
    }

    @Test
    void leavesAHandleAlone_whoseEndIsToldMeanwhile() throws Exception {
        PlayedHandle handle = next();
        handle.attemptsAndDies();
        watch.look();
        watch.look();

        handle.client().setState(States.CLOSED);
        for (int look = 1; look <= LOOKS; look++) {
            watch.look();
        }

        assertThat(died).isEmpty();
    }

    @Test
    @DisplayName("A thread that lives and makes no attempt: told with where it stands, once, for as long as it is so")
    void tellsOfAHandleThatMakesNoAttempt() throws Exception {
        PlayedHandle handle = next();
        handle.attempts();
        ticker.advance(PATIENCE.minusNanos(1));
        assertThat(watch.look()).isNull();

        ticker.advance(Duration.ofNanos(1));
        assertThat(watch.look()).contains("has not tried to connect for 60 s");
        ticker.advance(Duration.ofMinutes(2));
        assertThat(watch.look()).contains("has not tried to connect for 180 s");
        assertThat(died).isEmpty();
        assertThat(log.events()).singleElement().satisfies(e -> assertThat(
                        e.getThrowableProxy().getStackTraceElementProxyArray())
                .anyMatch(frame -> frame.toString().contains("PlayedHandle")));

        handle.attempts();
        assertThat(watch.look()).isNull();
        ticker.advance(PATIENCE);
        assertThat(watch.look()).isNotNull();
        assertThat(log.events()).as("told anew").hasSize(2);
    }

    @Test
    void tellsOfTheNextHandle_too() throws Exception {
        for (int number = 1; number <= 2; number++) {
            next().attempts();
            ticker.advance(PATIENCE);
            assertThat(watch.look()).isNotNull();
            assertThat(log.events()).hasSize(number);
        }
    }

    @Test
    void findsNothing_whileItIsConnected_howeverLongNothingHappens() throws Exception {
        PlayedHandle handle = next();
        handle.attempts();
        handle.client().setState(States.CONNECTED);

        ticker.advance(PATIENCE.multipliedBy(10));

        assertThat(watch.look()).isNull();
    }
}
