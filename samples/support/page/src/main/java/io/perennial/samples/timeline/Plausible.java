package io.perennial.samples.timeline;

import java.time.Duration;
import java.time.Instant;

/**
 * Times that a session can have reported. Others occur in no intact report or recording, and calculations with them
 * would fail.
 */
final class Plausible {
    private static final Instant LATEST = Instant.parse("3000-01-01T00:00:00Z");
    private static final Duration LONGEST = Duration.ofDays(36_525);

    private Plausible() {}

    /** A moment. */
    static void check(Instant moment) {
        if (moment.isBefore(Instant.EPOCH) || moment.isAfter(LATEST)) {
            throw new IllegalArgumentException("the moment " + moment + " is not between 1970 and 3000");
        }
    }

    /** A length of time. */
    static void check(Duration length) {
        if (length.isNegative() || length.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("the duration " + length + " is not between zero and a hundred years");
        }
    }
}
