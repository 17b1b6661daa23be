package io.perennial.soak;

import io.perennial.soak.check.Finding;
import java.util.List;

/**
 * The result of a run.
 *
 * @param findings the violations found; empty if all is well
 * @param report the figures; with findings also where the files are, how to run it again, and the end of the timeline
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
