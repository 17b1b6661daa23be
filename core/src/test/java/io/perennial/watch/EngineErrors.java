package io.perennial.watch;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.perennial.engine.EventLoop;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Hears of bugs that the event loop outlives by logging them. */
final class EngineErrors implements AutoCloseable {
    private final Logger logger = (Logger) LoggerFactory.getLogger(EventLoop.class);
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    EngineErrors() {
        appender.start();
        logger.addAppender(appender);
    }

    List<String> heard() {
        return appender.list.stream()
                .map(event -> event.getFormattedMessage() + " " + event.getThrowableProxy())
                .toList();
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
    }
}
