package io.perennial.internal.state;

import io.perennial.internal.engine.Ticker;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The recovery from an error in the engine: it is unknown how far the interrupted decision got, so the session starts
 * anew (K4). When that is cut short too, for lack of memory, it is tried again at the next tick. An error that recurs
 * makes the session start anew at a bounded pace: everything else it does continues meanwhile. Confined to the event
 * loop.
 */
public final class Recovery {
    private static final Duration FIRST_GAP = Duration.ofSeconds(5);
    private static final Duration LONGEST_GAP = Duration.ofMinutes(5);

    private final Ticker ticker;
    private final Consumer<Throwable> beginAnew;
    private @Nullable Throwable owed;
    private @Nullable Long last;
    private Duration gap = FIRST_GAP;

    public Recovery(Ticker ticker, Consumer<Throwable> beginAnew) {
        this.ticker = ticker;
        this.beginAnew = beginAnew;
    }

    /** A task on the loop threw. */
    public void after(Throwable e) {
        owed = e;
        tick();
    }

    public void tick() {
        Throwable e = owed;
        long now = ticker.nanos();
        if (e == null || (last != null && now - last < gap.toNanos())) {
            return;
        }
        beginAnew.accept(e);
        owed = null;
        gap = last == null || now - last > LONGEST_GAP.multipliedBy(2).toNanos() ? FIRST_GAP : longer(gap);
        last = now;
    }

    private static Duration longer(Duration gap) {
        Duration twice = gap.multipliedBy(2);
        return twice.compareTo(LONGEST_GAP) > 0 ? LONGEST_GAP : twice;
    }
}
