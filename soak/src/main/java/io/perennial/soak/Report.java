package io.perennial.soak;

import io.perennial.soak.check.Finding;
import io.perennial.soak.fault.Verb;
import io.perennial.soak.history.RunDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The figures of a run, in words. */
final class Report {
    private static final int LAST_LINES = 120;

    private final Settings settings;
    private final RunDirectory directory;

    Report(Settings settings, RunDirectory directory) {
        this.settings = settings;
        this.directory = directory;
    }

    String figures(
            int rounds, Duration took, Map<Verb, Integer> faults, Recoveries recoveries, Map<String, Long> clients) {
        StringBuilder text = new StringBuilder();
        line(text, "seed", Long.toString(settings.seed()));
        line(text, "took", seconds(took));
        line(text, "rounds", Integer.toString(rounds));
        line(
                text,
                "faults",
                Integer.toString(
                        faults.values().stream().mapToInt(count -> count).sum()));
        faults.forEach((verb, count) -> line(text, "  " + verb.name().toLowerCase(Locale.ROOT), count.toString()));
        line(text, "recoveries measured", Integer.toString(recoveries.count()));
        line(text, "  p50", seconds(recoveries.percentile(0.5)));
        line(text, "  p99", seconds(recoveries.percentile(0.99)));
        line(text, "  slowest", seconds(recoveries.percentile(1)));
        new TreeMap<>(clients).forEach((name, count) -> line(text, name, count.toString()));
        return text.toString();
    }

    String failure(List<Finding> findings, String timeline) {
        write("timeline.txt", timeline);
        return """
                %s

                seed: %d
                schedule: %s
                again: mvn verify -Psoak -pl soak -am -DskipUnitTests -Dit.test=RandomRunIT -Dfailsafe.failIfNoSpecifiedTests=false -Dsoak.replay=%s
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
