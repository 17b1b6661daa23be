package io.perennial.soak;

import io.perennial.soak.check.Finding;
import io.perennial.soak.history.RunDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Formats the figures of a run for people. */
final class Report {
    private static final int LAST_LINES = 120;

    private final Settings settings;
    private final RunDirectory directory;

    Report(Settings settings, RunDirectory directory) {
        this.settings = settings;
        this.directory = directory;
    }

    /** For people; the rows for docs/soak.md are also in {@code figures.md}. */
    String figures(Tally tally) {
        String rows = FigureRows.of(tally);
        write("figures.md", rows);
        StringBuilder text = new StringBuilder();
        line(text, "seed", Long.toString(tally.seed()));
        line(text, "took", seconds(tally.took()));
        line(text, "rounds", Integer.toString(tally.rounds()));
        line(text, "faults", Long.toString(tally.faultCount()));
        tally.faults().forEach((verb, count) -> line(text, "  " + verb.word(), count.toString()));
        Recoveries recoveries = tally.recoveries();
        line(text, "recoveries measured", Integer.toString(recoveries.count()));
        line(text, "  p50", seconds(recoveries.percentile(0.5)));
        line(text, "  p99", seconds(recoveries.percentile(0.99)));
        line(text, "  slowest", seconds(recoveries.percentile(1)));
        tally.counts().forEach((name, count) -> line(text, name, count.toString()));
        return text + "\n" + rows;
    }

    String failure(List<Finding> findings, String timeline) {
        write("timeline.txt", timeline);
        return """
                %s

                seed: %d
                schedule: %s
                again: mvn verify -Psoak -pl soak -am -DskipUnitTests -Dit.test=RandomRunIT \
                -Dfailsafe.failIfNoSpecifiedTests=false -Dsoak.replay=%s
                everything (histories, logs, the servers' transaction logs, timeline.txt): %s

                the end of the timeline:
                %s
                """.formatted(
                        findings.stream()
                                .map(finding -> "FOUND by " + finding.judge() + ": " + finding.what())
                                .collect(Collectors.joining("\n")),
                        settings.seed(),
                        directory.schedule().toAbsolutePath(),
                        directory.schedule().toAbsolutePath(),
                        directory.path().toAbsolutePath(),
                        end(timeline));
    }

    void write(String file, String text) {
        try {
            Files.writeString(directory.path().resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String end(String timeline) {
        List<String> lines = timeline.lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append("%-32s %s%n".formatted(name, value));
    }

    private static String seconds(Duration duration) {
        return "%.2f s".formatted(duration.toMillis() / 1_000.0);
    }
}
