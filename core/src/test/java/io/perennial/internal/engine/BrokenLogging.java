package io.perennial.internal.engine;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/** Logging that throws, as that of a stopped web application does, until it is closed. */
public final class BrokenLogging extends TurboFilter implements AutoCloseable {
    private final BiPredicate<String, Thread> victims;
    private final Error error;
    private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final AtomicInteger thrown = new AtomicInteger();

    private BrokenLogging(BiPredicate<String, Thread> victims, Error error) {
        this.victims = victims;
        this.error = error;
        start();
        context.addTurboFilter(this);
    }

    /** Of one logger. */
    public static BrokenLogging of(String logger, Error error) {
        return where((name, thread) -> name.equals(logger), error);
    }

    /** Of loggers, by name, in threads. */
    public static BrokenLogging where(BiPredicate<String, Thread> victims, Error error) {
        return new BrokenLogging(victims, error);
    }

    /** How many lines it has cost. */
    public int thrown() {
        return thrown.get();
    }

    @Override
    public FilterReply decide(
            Marker marker, Logger logger, Level level, String format, Object[] arguments, Throwable throwable) {
        if (victims.test(logger.getName(), Thread.currentThread())) {
            thrown.incrementAndGet();
            throw error;
        }
        return FilterReply.NEUTRAL;
    }

    @Override
    public void close() {
        context.getTurboFilterList().remove(this);
    }
}
