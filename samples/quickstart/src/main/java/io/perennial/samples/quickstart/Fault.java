package io.perennial.samples.quickstart;

import io.perennial.SessionTransition.Cause;

/**
 * One kind of trouble.
 *
 * @param name for the headline and the verdict
 * @param story what happens and what must come of it, in one line
 * @param consequence the transition by which the session shows that the fault has reached it
 * @param newSession whether the server ends the session
 * @param begin takes the session away
 * @param end lets it come back
 */
record Fault(String name, String story, Cause consequence, boolean newSession, Step begin, Step end) {
    /** Part of producing a fault. */
    @FunctionalInterface
    interface Step {
        void run() throws Exception;
    }
}
