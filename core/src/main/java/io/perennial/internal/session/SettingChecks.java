package io.perennial.internal.session;

import io.perennial.internal.engine.Arguments;
import java.time.Duration;
import org.apache.zookeeper.common.PathUtils;
import org.jspecify.annotations.Nullable;

/** Names the property of a value that cannot be used, and says which values are valid. */
final class SettingChecks {
    private static final Duration LONGEST_TIMEOUT = Duration.ofMillis(Integer.MAX_VALUE);
    /**
     * ZooKeeper's client gives up a session after 4/3 of its timeout, and multiplies in an int before it divides (C12).
     */
    private static final Duration LONGEST_SESSION_TIMEOUT = Duration.ofMillis(Integer.MAX_VALUE / 4);

    private SettingChecks() {}

    static <T> T notNull(String property, @Nullable T value) {
        return Arguments.notNull(property, value, "give a value, or leave the call out");
    }

    static Duration positive(String property, @Nullable Duration duration) {
        return bounded(
                property,
                duration,
                LONGEST_TIMEOUT,
                Integer.MAX_VALUE + " ms (24 days): ZooKeeper counts it in an int of milliseconds");
    }

    static Duration sessionTimeout(String property, @Nullable Duration timeout) {
        return bounded(
                property,
                timeout,
                LONGEST_SESSION_TIMEOUT,
                LONGEST_SESSION_TIMEOUT.toMillis()
                        + " ms (6 days): ZooKeeper's client multiplies it by four in an int of milliseconds");
    }

    private static Duration bounded(String property, @Nullable Duration duration, Duration longest, String limit) {
        Duration given = notNull(property, duration);
        if (given.isNegative() || given.isZero()) {
            throw new IllegalArgumentException(
                    property + " is " + given + "; it must be positive, for example Duration.ofSeconds(30)");
        }
        if (given.compareTo(Duration.ofMillis(1)) < 0 || given.compareTo(longest) > 0) {
            throw new IllegalArgumentException(property + " is " + given + "; it must be 1 ms to " + limit);
        }
        return given;
    }

    /** With a slash before it. */
    static String namespace(String path) {
        String absolute = path.startsWith("/") ? path : "/" + path;
        if (absolute.length() == 1) {
            throw new IllegalArgumentException(
                    "namespace '" + path + "' is empty; give a path such as 'shop', or leave it out for none");
        }
        try {
            PathUtils.validatePath(absolute);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("namespace '" + path + "' is not a valid path: " + e.getMessage(), e);
        }
        return absolute;
    }
}
