package io.perennial.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * Holds up other people's code where it logs something, whether or not that is written: at a moment without any hook.
 */
public final class LoggedMoment implements AutoCloseable {
    private final LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final AtomicReference<@Nullable Runnable> held = new AtomicReference<>();
    private final TurboFilter filter;

    /**
     * Nothing is held up yet.
     *
     * @param logger who logs it
     * @param beginning how the message begins
     */
    public LoggedMoment(String logger, String beginning) {
        filter = new TurboFilter() {
            @Override
            public FilterReply decide(
                    @Nullable Marker marker,
                    Logger from,
                    Level level,
                    @Nullable String message,
                    Object @Nullable [] arguments,
                    @Nullable Throwable thrown) {
                if (message != null
                        && message.startsWith(beginning)
                        && from.getName().equals(logger)) {
                    Runnable action = held.getAndSet(null);
                    if (action != null) {
                        action.run();
                    }
                }
                return FilterReply.NEUTRAL;
            }
        };
        loggers.addTurboFilter(filter);
    }

    /**
     * At the next such line, once.
     *
     * @param action run on the thread that logs
     */
    public void hold(Runnable action) {
        held.set(action);
    }

    @Override
    public void close() {
        loggers.getTurboFilterList().remove(filter);
    }
}
