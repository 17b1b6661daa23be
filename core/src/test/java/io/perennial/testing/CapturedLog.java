package io.perennial.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What is logged, from its making to its closing, by a logger and those below it. */
public final class CapturedLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final Logger logger;
    private final Level level;
    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

    public CapturedLog(String loggerName) {
        this(loggerName, Level.INFO);
    }

    /** What is logged at this level and above. */
    public CapturedLog(String loggerName, Level least) {
        logger = (Logger) LoggerFactory.getLogger(loggerName);
        level = logger.getLevel();
        logger.setLevel(least);
        setContext(logger.getLoggerContext());
        start();
        logger.addAppender(this);
    }

    /** What sessions say of themselves. */
    public static CapturedLog ofSessions() {
        return new CapturedLog("io.perennial");
    }

    @Override
    protected void append(ILoggingEvent event) {
        events.add(event);
    }

    public List<ILoggingEvent> events() {
        return List.copyOf(events);
    }

    /** The lines, each with its level in front. */
    public List<String> lines() {
        return events.stream()
                .map(e -> e.getLevel() + " " + e.getFormattedMessage())
                .toList();
    }

    /** The lines at WARN and above. */
    public List<String> warnings() {
        return events.stream()
                .filter(e -> e.getLevel().isGreaterOrEqual(Level.WARN))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        logger.setLevel(level);
        stop();
    }
}
