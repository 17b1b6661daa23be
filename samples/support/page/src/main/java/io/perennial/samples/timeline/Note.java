package io.perennial.samples.timeline;

import java.time.Duration;
import java.time.Instant;

/**
 * Something else that happened.
 *
 * @param kind what sort of thing
 * @param at when it began
 * @param took how long, zero for a moment
 * @param text a sentence
 */
public record Note(Kind kind, Instant at, Duration took, String text) {

    /** Checks the times. */
    public Note {
        Plausible.check(at);
        Plausible.check(took);
    }

    /** Sorts of things. */
    public enum Kind {
        /** A remark, for example by a program that injects faults. */
        REMARK("remark"),
        SLOW_CALLBACK("slow callback"),
        LEASE_LAPSED("lease lapsed"),
        ORPHAN_ENDED("orphan ended");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }

        /** The class of its mark. */
        String mark() {
            return words.substring(0, words.indexOf(' ') < 0 ? words.length() : words.indexOf(' '));
        }
    }
}
