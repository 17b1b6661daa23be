package io.perennial.benchmarks.results;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.StringJoiner;
import java.util.TreeSet;

/** The page of a run: the machine, an overview, a table and a picture for each row, and what failed. */
final class MarkdownPage {
    private MarkdownPage() {}

    static String of(Results results, List<String> machine) {
        var page = new StringJoiner("\n", "", "\n").add("# Results").add("");
        machine.forEach(line -> page.add("- " + line));
        page.add("").add("Medians:").add("").add(overview(results));
        for (Subject subject : results.subjects()) {
            page.add("")
                    .add("## " + subject.name())
                    .add("")
                    .add(subject.title() + " In " + subject.unit() + "; " + (subject.lessIsBetter() ? "less" : "more")
                            + " is better.")
                    .add("")
                    .add("![" + subject.name() + "](" + subject.name() + ".svg)")
                    .add("")
                    .add(table(results.summaries(subject)));
        }
        if (!results.failures().isEmpty()) {
            page.add("").add("## Without a figure").add("");
            results.failures().forEach(failure -> page.add("- " + failure));
        }
        return page.toString();
    }

    /** A line for each row and size, a column for each variant. */
    private static String overview(Results results) {
        List<String> variants =
                results.samples().stream().map(Sample::variant).distinct().toList();
        var table = new StringJoiner("\n")
                .add("| row | items | | " + String.join(" | ", variants) + " |")
                .add("|---|---:|---|" + "---:|".repeat(variants.size()));
        for (Subject subject : results.subjects()) {
            Map<String, Map<Integer, Summary>> summaries = results.summaries(subject);
            var sizes = new TreeSet<Integer>();
            summaries.values().forEach(bySize -> sizes.addAll(bySize.keySet()));
            for (int size : sizes) {
                var line = new StringJoiner(" | ", "| ", " |")
                        .add("[" + subject.name() + "](#" + subject.name() + ")")
                        .add(String.format(Locale.ROOT, "%,d", size))
                        .add(subject.unit());
                for (String variant : variants) {
                    Summary summary = summaries.getOrDefault(variant, Map.of()).get(size);
                    line.add(summary == null ? "" : Figures.text(summary.median()));
                }
                table.add(line.toString());
            }
        }
        return table.toString();
    }

    private static String table(Map<String, Map<Integer, Summary>> summaries) {
        var table = new StringJoiner("\n")
                .add("| variant | items | median | p95 | worst | figures | growth |")
                .add("|---|---:|---:|---:|---:|---:|---:|");
        summaries.forEach((variant, bySize) -> {
            OptionalDouble growth = Results.growth(bySize);
            bySize.forEach((size, summary) -> table.add(String.format(
                    Locale.ROOT,
                    "| %s | %,d | %s | %s | %s | %d | %s |",
                    variant,
                    size,
                    Figures.text(summary.median()),
                    Figures.text(summary.percentile95()),
                    Figures.text(summary.worst()),
                    summary.count(),
                    growth.isPresent() ? String.format(Locale.ROOT, "n^%.2f", growth.getAsDouble()) : "")));
        });
        return table.toString();
    }
}
