package io.perennial.soak.check;

import io.perennial.soak.history.RunDirectory;
import java.nio.file.Path;
import java.util.List;

/** Judges a finished run once more from the files in its directory: to try a judge that has been changed. */
final class JudgeAgain {
    private JudgeAgain() {}

    /**
     * Prints the findings.
     *
     * @param args the run's directory
     */
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) {
        var judges = new Judges(new RunDirectory(Path.of(args[0])));
        List<Finding> findings = judges.finish();
        findings.forEach(finding -> System.out.println(finding.judge() + ": " + finding.what()));
        System.out.println(findings.size() + " findings; looked at " + judges.figures());
    }
}
