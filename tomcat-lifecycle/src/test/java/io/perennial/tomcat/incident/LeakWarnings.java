package io.perennial.tomcat.incident;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/** What Tomcat's class loaders complain of when they stop. */
final class LeakWarnings extends Handler implements AutoCloseable {
    private static final Pattern US =
            Pattern.compile("(?i)perennial|zookeeper|curator|resilience4j|SendThread|EventThread");

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(LeakWarnings.class);

    private final Logger logger = Logger.getLogger("org.apache.catalina.loader");
    private final List<String> messages = new CopyOnWriteArrayList<>();

    LeakWarnings() {
        logger.addHandler(this);
    }

    /** Those about an application or a version of it that name ZooKeeper, Curator or the library. */
    List<String> namingUs(String application) {
        Pattern name = Pattern.compile("\\[/?" + application + "(##1)?]");
        return messages.stream()
                .filter(message -> name.matcher(message).find())
                .filter(message ->
                        US.matcher(name.matcher(message).replaceAll("")).find())
                .map(message -> message.lines().findFirst().orElseThrow())
                .toList();
    }

    /** Empty if Tomcat may look at thread locals, as it may with the flags of catalina.sh. */
    List<String> unableToLook() {
        return messages.stream()
                .filter(message -> message.contains("add-opens"))
                .distinct()
                .toList();
    }

    @Override
    public void publish(LogRecord record) {
        messages.add(record.getMessage());
        LOG.info("Tomcat says: {}", record.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
