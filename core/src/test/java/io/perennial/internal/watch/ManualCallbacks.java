package io.perennial.internal.watch;

import io.perennial.internal.engine.Callbacks;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.engine.Ticker;
import io.perennial.internal.telemetry.FlightJournal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/** Callbacks that run when the test says so. */
final class ManualCallbacks {
    private final Queue<Runnable> drains = new ArrayDeque<>();
    final Callbacks callbacks = new Callbacks(
            drains::add,
            drains::add,
            new ThrottledLog("unit", Ticker.system()),
            Ticker.system(),
            Duration.ofMinutes(1),
            new FlightJournal("unit"));

    void runAll() {
        for (Runnable drain = drains.poll(); drain != null; drain = drains.poll()) {
            drain.run();
        }
    }

    WatchHandle watch(String path) {
        return new WatchHandle(path, new ArmedCount(), Runnable::run, watch -> {});
    }
}
