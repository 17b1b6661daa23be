package io.perennial.samples.quickstart;

import java.time.Duration;
import java.util.List;

/**
 * The result of one fault.
 *
 * @param fault its name
 * @param newSession whether a new session was to be expected
 * @param made how many changes were made meanwhile
 * @param outage from the fault's beginning until the servers could be reached again
 * @param recovery from there until nodes and watches were back
 * @param problems what is wrong; none when the fault was survived
 */
record Verdict(String fault, boolean newSession, int made, Duration outage, Duration recovery, List<String> problems) {

    boolean holds() {
        return problems.isEmpty();
    }

    /** The program's exit status: 0 only if all verdicts are good, and there are some. */
    static int exitCode(List<Verdict> verdicts) {
        return !verdicts.isEmpty() && verdicts.stream().allMatch(Verdict::holds) ? 0 : 1;
    }
}
