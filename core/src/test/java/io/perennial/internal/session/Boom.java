package io.perennial.internal.session;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.slf4j.LoggerFactory;

/** Logging out of which an Error comes, as from a heap that is exhausted for a moment; until it is closed. */
final class Boom extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final Logger logger;
    private final Level level;
    private final Predicate<ILoggingEvent> victims;
    private final AtomicInteger thrown = new AtomicInteger();

    private Boom(String name, Predicate<ILoggingEvent> victims) {
        this.logger = (Logger) LoggerFactory.getLogger(name);
        this.level = logger.getLevel();
        this.victims = victims;
        logger.setLevel(Level.INFO);
        setContext(logger.getLoggerContext());
        start();
        logger.addAppender(this);
    }

    /** Of one logger, for lines that are looked at on the thread that writes them. */
    static Boom on(String logger, Predicate<ILoggingEvent> victims) {
        return new Boom(logger, victims);
    }

    /** How many lines it has cost. */
    int thrown() {
        return thrown.get();
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (victims.test(event)) {
            thrown.incrementAndGet();
            throw new OutOfMemoryError("Java heap space (injected)");
        }
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        logger.setLevel(level);
        stop();
    }
}
