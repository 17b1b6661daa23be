package io.perennial.benchmarks;

import io.perennial.benchmarks.processes.Turns;
import io.perennial.benchmarks.results.Figures;
import io.perennial.benchmarks.results.Machine;
import io.perennial.benchmarks.results.ResultFiles;
import io.perennial.benchmarks.results.Results;
import io.perennial.benchmarks.results.Sample;
import io.perennial.benchmarks.results.Subject;
import io.perennial.benchmarks.rows.Measurement;
import io.perennial.benchmarks.rows.Row;
import io.perennial.benchmarks.rows.Rows;
import io.perennial.benchmarks.variants.Variant;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Runs all rows of the table in {@code docs/performance.md}, or some. Each figure comes from a process of its own with
 * a server in another; variants take turns. After each process the results are written anew.
 */
public final class Harness {
    private final HarnessOptions options;
    private final ResultFiles files;
    private final Results results = new Results();

    private Harness(HarnessOptions options, List<String> machine) {
        this.options = options;
        files = new ResultFiles(options.directory(), machine);
    }

    /**
     * Measures, and writes Markdown, CSV and SVG files.
     *
     * @param args see {@link HarnessOptions#parse}
     * @throws Exception when the files cannot be written
     */
    public static void main(String[] args) throws Exception {
        HarnessOptions options = HarnessOptions.parse(args);
        if (options.list()) {
            Rows.list()
                    .forEach(row -> System.out.printf(
                            "%-22s %s%n", row.subject().name(), row.subject().title()));
            return;
        }
        List<String> machine = Machine.describe();
        machine.forEach(System.out::println);
        var harness = new Harness(options, machine);
        for (Row row : options.selected()) {
            harness.measure(row);
        }
        System.out.println("written to " + options.directory().toAbsolutePath());
        System.exit(harness.results.failures().isEmpty() ? 0 : 1);
    }

    private void measure(Row row) throws IOException, InterruptedException {
        Subject subject = row.subject();
        System.out.printf("%n%s: %s%n", subject.name(), subject.title());
        for (var turn : Turns.of(options.rounds(), options.sizesOf(row), options.variantsOf(row))) {
            Variant variant = turn.variant();
            String what = String.format("round %d, %,d items, %s", turn.round(), turn.size(), variant.label());
            try {
                List<Double> figures = Measurement.inChild(row, variant, turn.size());
                results.add(new Sample(subject, variant.label(), turn.size(), turn.round(), figures));
                System.out.printf(
                        "  %-48s %s %s%n",
                        what, figures.stream().map(Figures::text).collect(Collectors.joining(" ")), subject.unit());
            } catch (IllegalStateException e) {
                results.addFailure(subject.name() + ", " + what + ": " + firstLines(e));
                System.out.println("  " + what + ": no figure: " + e.getMessage());
            }
            files.write(results);
        }
    }

    private static String firstLines(IllegalStateException e) {
        return String.valueOf(e.getMessage()).lines().limit(2).collect(Collectors.joining(" "));
    }
}
