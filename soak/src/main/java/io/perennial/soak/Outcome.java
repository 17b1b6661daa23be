package io.perennial.soak;

import io.perennial.soak.check.Finding;
import java.util.List;

/**
 * What came of a run.
 *
 * @param findings what must not be
 * @param report the figures; with findings also where everything is, how to run it again, and the end of the timeline
 */
public record Outcome(List<Finding> findings, String report) {
    public Outcome {
        findings = List.copyOf(findings);
    }

    /** Whether nothing was found. */
    public boolean isGreen() {
        return findings.isEmpty();
    }
}
