package io.perennial.internal.watchdog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.internal.engine.EventLoop;
import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.testing.CapturedLog;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("K4")
class EngineWatchTest {
    private final HandTicker ticker = new HandTicker();
    private final ThrottledLog log = new ThrottledLog("orders", ticker);
    private final EventLoop loop = new EventLoop("orders", task -> new Thread(task, "test-loop"), ticker, log);
    private final AtomicInteger tickedAgain = new AtomicInteger();
    private long ticks = 1;
    private final EngineWatch watch = new EngineWatch(loop, () -> ticks, tickedAgain::incrementAndGet, log, 2);

    @BeforeEach
    void start() {
        loop.start();
    }

    @AfterEach
    void stop() {
        loop.stop();
    }

    @Test
    void hasTheNextTickFollow_onceForEachTimeThatTheyCease() {
        try (var lines = CapturedLog.ofSessions()) {
            for (int time = 1; time <= 2; time++) {
                assertThat(watch.look()).isNull();
                assertThat(watch.look()).isNull();
                assertThat(watch.look()).contains("engine is stuck");
                assertThat(watch.look()).contains("engine is stuck");
                int times = time;
                await().untilAsserted(() -> assertThat(tickedAgain).hasValue(times));
                ticks++;
            }
            assertThat(lines.lines()).singleElement().asString().contains("engine is stuck"); // throttled
        }
    }
}
