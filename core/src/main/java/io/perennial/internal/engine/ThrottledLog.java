package io.perennial.internal.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session's log: every line starts with the session's name, and a line that repeats within a minute is counted
 * instead of written; the next one written says how many were left out (S-53).
 *
 * <p>Writing never throws: the logging of a stopped application may lack its classes, and nothing that this library has
 * to end may depend on a log line. Thread-safe.
 */
public final class ThrottledLog {
    private static final Logger log = LoggerFactory.getLogger("io.perennial.session");
    private static final long INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int MAX_KEYS = 200;
    private static final int BURST = 10;

    private final String prefix;
    private final Ticker ticker;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Map<String, Repetition> repetitions = new HashMap<>();

    private volatile boolean silent;

    /**
     * Creates the log of one session.
     *
     * @param sessionName the session's name
     * @param ticker the clock
     */
    public ThrottledLog(String sessionName, Ticker ticker) {
        this.prefix = "session '" + sessionName + "': ";
        this.ticker = ticker;
    }

    /**
     * Writes a line for somebody who looks into something.
     *
     * @param message the line
     */
    public void debug(String message) {
        if (!silent) {
            Throwable unused = UserCode.run(() -> log.debug("{}{}", prefix, message));
        }
    }

    /**
     * Writes a line that an operator must see.
     *
     * @param message the line
     */
    public void info(String message) {
        write(false, message, "", null);
    }

    /**
     * Writes a line that needs a person's attention.
     *
     * @param message the line
     */
    public void warn(String message) {
        write(true, message, "", null);
    }

    /**
     * Writes a line at INFO, at most ten times a minute for the same key: for what is rare unless something flaps.
     *
     * @param key what counts as the same line
     * @param message the line
     */
    public void infoThrottled(String key, String message) {
        String suffix = suffixIfDue(key, BURST);
        if (suffix != null) {
            write(false, message, suffix, null);
        }
    }

    /**
     * Writes a line at WARN, at most once a minute for the same key.
     *
     * @param key what counts as the same line
     * @param message the line
     */
    public void warnThrottled(String key, String message) {
        String suffix = suffixIfDue(key, 1);
        if (suffix != null) {
            write(true, message, suffix, null);
        }
    }

    /**
     * Writes a line at WARN, at most ten times a minute for the same key: each counts, unless something flaps.
     *
     * @param key what counts as the same line
     * @param message the line
     */
    public void warnInBursts(String key, String message) {
        String suffix = suffixIfDue(key, BURST);
        if (suffix != null) {
            write(true, message, suffix, null);
        }
    }

    /**
     * Writes a line with a stack trace at WARN, at most once a minute for the same key.
     *
     * @param key what counts as the same line
     * @param message the line
     * @param thrown the throwable
     */
    public void warnThrottled(String key, String message, Throwable thrown) {
        String suffix = suffixIfDue(key, 1);
        if (suffix != null) {
            write(true, message, suffix, thrown);
        }
    }

    /** Writes nothing from now on: the application that would read it has gone, and its logging with it. */
    public void silence() {
        silent = true;
    }

    private void write(boolean needsPerson, String message, String suffix, @Nullable Throwable thrown) {
        if (silent) {
            return;
        }
        // An appender may throw anything, too; there is nowhere to report it.
        Throwable unused = UserCode.run(() -> {
            if (needsPerson) {
                log.warn("{}{}{}", prefix, message, suffix, thrown);
            } else {
                log.info("{}{}{}", prefix, message, suffix);
            }
        });
    }

    /** What to append to the line, or null when it is to be left out. */
    private @Nullable String suffixIfDue(String key, int burst) {
        long now = ticker.nanos();
        synchronized (lock) {
            if (repetitions.size() >= MAX_KEYS) {
                repetitions.values().removeIf(r -> now - r.begun >= INTERVAL_NANOS);
            }
            Repetition repetition = repetitions.get(key);
            if (repetition == null && repetitions.size() >= MAX_KEYS) {
                return null;
            }
            if (repetition == null || now - repetition.begun >= INTERVAL_NANOS) {
                repetitions.put(key, new Repetition(now));
                return repetition == null || repetition.leftOut == 0 ? "" : repetition.summary(now);
            }
            if (repetition.written < burst) {
                repetition.written++;
                return "";
            }
            repetition.leftOut++;
            return null;
        }
    }

    /** What happened to one key in one interval. */
    private static final class Repetition {
        private final long begun;
        private int written = 1;
        private int leftOut;

        private Repetition(long begun) {
            this.begun = begun;
        }

        private String summary(long now) {
            return " (throttled: " + leftOut + " similar lines left out in the last "
                    + Duration.ofNanos(now - begun).toSeconds() + " s)";
        }
    }
}
