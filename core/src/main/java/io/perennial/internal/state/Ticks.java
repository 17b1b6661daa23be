package io.perennial.internal.state;

import io.perennial.internal.engine.EventLoop;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.engine.UserCode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The engine's ticks, each of which schedules the next. First what the engine decides, then chores that decide nothing:
 * an error in one of them affects nothing else. Confined to the event loop, except the count.
 */
public final class Ticks {
    private final EventLoop loop;
    private final Duration interval;
    private final BooleanSupplier goOn;
    private final Runnable decisions;
    private final List<Runnable> chores;
    private final ThrottledLog log;
    private final AtomicLong count = new AtomicLong();
    private EventLoop.@Nullable Timer next;

    public Ticks(
            EventLoop loop,
            Duration interval,
            BooleanSupplier goOn,
            Runnable decisions,
            List<Runnable> chores,
            ThrottledLog log) {
        this.loop = loop;
        this.interval = interval;
        this.goOn = goOn;
        this.decisions = decisions;
        this.chores = List.copyOf(chores);
        this.log = log;
    }

    /** Schedules the next one; once, however often it is called. */
    public void schedule() {
        if (next != null) {
            next.cancel();
        }
        next = loop.schedule(interval, this::tick);
    }

    /** How many there were. From any thread. */
    public long count() {
        return count.get();
    }

    private void tick() {
        if (!goOn.getAsBoolean()) {
            return;
        }
        count.incrementAndGet();
        try {
            decisions.run();
            chores.forEach(this::attend);
        } finally {
            schedule();
        }
    }

    private void attend(Runnable chore) {
        Throwable thrown = UserCode.run(chore::run);
        if (thrown != null) {
            log.warnThrottled("tick", "internal error in a tick; please report it", thrown);
        }
    }
}
