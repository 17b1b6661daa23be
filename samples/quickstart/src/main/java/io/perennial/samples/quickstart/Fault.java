package io.perennial.samples.quickstart;

import io.perennial.SessionTransition.Cause;

/**
 * One kind of fault.
 *
 * @param name for the headline and the verdict
 * @param story what happens and what the result must be, in one line
 * @param consequence the transition that shows that the fault has reached the session
 * @param newSession whether the server ends the session
 * @param begin starts the fault
 * @param end ends the fault
 */
record Fault(String name, String story, Cause consequence, boolean newSession, Step begin, Step end) {
    /** One step of a fault. */
    @FunctionalInterface
    interface Step {
        void run() throws Exception;
    }
}
