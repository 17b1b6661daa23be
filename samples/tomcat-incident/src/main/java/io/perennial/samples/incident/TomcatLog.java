package io.perennial.samples.incident;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.juli.OneLineFormatter;
import org.jspecify.annotations.Nullable;

/** Tomcat's log, in Tomcat's own format, and how much of it each application has caused. */
final class TomcatLog extends Handler implements AutoCloseable {
    /** Only in this sample does ZooKeeper's server run in this JVM. */
    private static final Logger SERVER = Logger.getLogger("org.apache.zookeeper.server");

    private final OutputStream file;
    private final Function<Thread, @Nullable Variant> causes;
    private final Map<Variant, Long> bytes = new EnumMap<>(Variant.class);

    /**
     * Starts an empty log.
     *
     * @param causes the application that a logging thread belongs to; null: none
     */
    TomcatLog(Path path, Function<Thread, @Nullable Variant> causes) throws IOException {
        file = Files.newOutputStream(path);
        this.causes = causes;
        setFormatter(new OneLineFormatter());
        setLevel(Level.INFO);
    }

    /** Makes it the only one. The applications log into it too, as they do in a Tomcat by default. */
    void install() {
        SERVER.setLevel(Level.OFF);
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.addHandler(this);
    }

    synchronized long bytes(Variant variant) {
        return bytes.getOrDefault(variant, 0L);
    }

    @Override
    public synchronized void publish(LogRecord event) {
        if (!isLoggable(event)) {
            return;
        }
        byte[] line = getFormatter().format(event).getBytes(UTF_8);
        Variant cause = causes.apply(Thread.currentThread());
        if (cause != null) {
            bytes.merge(cause, (long) line.length, Long::sum);
        }
        try {
            file.write(line);
        } catch (IOException e) {
            reportError(null, e, ErrorManager.WRITE_FAILURE);
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        Logger.getLogger("").removeHandler(this);
        try {
            file.close();
        } catch (IOException e) {
            reportError(null, e, ErrorManager.CLOSE_FAILURE);
        }
    }
}
