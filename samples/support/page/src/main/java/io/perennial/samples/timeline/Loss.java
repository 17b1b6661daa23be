package io.perennial.samples.timeline;

import java.time.Duration;
import java.time.Instant;

/**
 * Why a session was lost.
 *
 * @param at when
 * @param kind as in {@link io.perennial.LossDiagnosis.Kind}
 * @param silence how long no server had been heard
 * @param longestPause the longest time of it in which the JVM did not run
 * @param explanation a sentence
 */
public record Loss(Instant at, String kind, Duration silence, Duration longestPause, String explanation) {

    /** Checks the times. */
    public Loss {
        Plausible.check(at);
        Plausible.check(silence);
        Plausible.check(longestPause);
    }

    static Loss undiagnosed(Instant at) {
        return new Loss(at, "UNKNOWN", Duration.ZERO, Duration.ZERO, "no diagnosis was recorded");
    }
}
