package io.perennial.internal.watchdog;

import io.perennial.internal.engine.EventLoop;
import io.perennial.internal.engine.ThrottledLog;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Checks whether the engine gets its ticks. Confined to the watchdog's thread. */
public final class EngineWatch implements Watchdog.Watched {
    private final EventLoop loop;
    private final LongSupplier ticks;
    private final Runnable tickAgain;
    private final ThrottledLog log;
    private final Standstill standstill;
    private boolean reported;

    /**
     * Creates one.
     *
     * @param ticks how many the engine has had
     * @param tickAgain to be run on the loop: the next tick may have been lost
     */
    public EngineWatch(EventLoop loop, LongSupplier ticks, Runnable tickAgain, ThrottledLog log, int looks) {
        this.loop = loop;
        this.ticks = ticks;
        this.tickAgain = tickAgain;
        this.log = log;
        this.standstill = new Standstill(looks);
    }

    @Override
    public @Nullable String look() {
        if (!standstill.look(ticks.getAsLong())) {
            reported = false;
            return null;
        }
        String problem = "the session's engine is stuck: nothing that happens to the session is noticed; the log has"
                + " its stack trace (application code must not run on it: see callbackExecutor)";
        if (!reported) {
            reported = true;
            log.warnThrottled("engine-stands", problem, Watchdog.at(loop.stack()));
            loop.offer(tickAgain);
        }
        return problem;
    }
}
