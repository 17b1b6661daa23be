package io.perennial.soak.fault;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One fault of a schedule.
 *
 * @param offset when it begins, from the start of its round
 * @param verb what happens
 * @param target a server, a session or a client JVM, from 0; or {@link #ALL}
 * @param length how long it lasts, for those that last
 * @param detail a delay in milliseconds, a limit in milliseconds, or an op code, where the verb needs one
 */
public record Fault(Duration offset, Verb verb, int target, Duration length, int detail) {
    /** The target of a fault that hits every server at once. */
    public static final int ALL = -1;

    private static final Pattern LINE =
            Pattern.compile("at (\\d+) ms: (\\w+) of (all|\\d+) for (\\d+) ms(?: with (-?\\d+))?");

    boolean isForAll() {
        return target == ALL;
    }

    Duration end() {
        return offset.plus(length);
    }

    static Fault parse(String line) {
        Matcher parts = LINE.matcher(line.strip());
        if (!parts.matches()) {
            throw new IllegalArgumentException("no fault of a schedule: " + line);
        }
        return new Fault(
                Duration.ofMillis(Long.parseLong(parts.group(1))),
                Verb.valueOf(parts.group(2)),
                parts.group(3).equals("all") ? ALL : Integer.parseInt(parts.group(3)),
                Duration.ofMillis(Long.parseLong(parts.group(4))),
                parts.group(5) == null ? 0 : Integer.parseInt(parts.group(5)));
    }

    /** The line of a schedule. */
    @Override
    public String toString() {
        return "at %d ms: %s of %s for %d ms%s"
                .formatted(
                        offset.toMillis(),
                        verb,
                        isForAll() ? "all" : Integer.toString(target),
                        length.toMillis(),
                        detail == 0 ? "" : " with " + detail);
    }
}
