package io.perennial.benchmarks;

import io.perennial.benchmarks.rows.Row;
import io.perennial.benchmarks.rows.Rows;
import io.perennial.benchmarks.variants.Variant;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What to measure, and how often.
 *
 * @param rows names; empty for all
 * @param rounds how often each process has its turn
 * @param sizes in the place of the rows' own, where those have several; empty for the rows' own
 * @param variants which to measure of those that a row has; empty for all
 * @param directory where results are written
 * @param list whether to show the rows and measure nothing
 */
record HarnessOptions(
        List<String> rows, int rounds, List<Integer> sizes, List<Variant> variants, Path directory, boolean list) {

    /** From {@code --rows a,b --rounds 5 --sizes 1000,10000 --variants raw,perennial --out DIR --list}. */
    static HarnessOptions parse(String... args) {
        var options = new HarnessOptions(
                List.of(), 5, List.of(), List.of(), Path.of("benchmarks", "target", "performance"), false);
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--list")) {
                options = new HarnessOptions(
                        options.rows, options.rounds, options.sizes, options.variants, options.directory, true);
            } else if (i + 1 < args.length) {
                options = options.with(args[i], args[++i]);
            } else {
                throw new IllegalArgumentException(args[i] + " needs a value");
            }
        }
        return options;
    }

    private HarnessOptions with(String name, String value) {
        return switch (name) {
            case "--rows" -> new HarnessOptions(words(value), rounds, sizes, variants, directory, list);
            case "--rounds" -> new HarnessOptions(rows, positive(value), sizes, variants, directory, list);
            case "--sizes" ->
                new HarnessOptions(
                        rows,
                        rounds,
                        words(value).stream().map(HarnessOptions::positive).toList(),
                        variants,
                        directory,
                        list);
            case "--variants" ->
                new HarnessOptions(
                        rows,
                        rounds,
                        sizes,
                        words(value).stream().map(HarnessOptions::variant).toList(),
                        directory,
                        list);
            case "--out" -> new HarnessOptions(rows, rounds, sizes, variants, Path.of(value), list);
            default ->
                throw new IllegalArgumentException(
                        "unknown: " + name + "; there are --rows, --rounds, --sizes, --variants, --out and --list");
        };
    }

    List<Row> selected() {
        return rows.isEmpty() ? Rows.list() : rows.stream().map(Rows::named).toList();
    }

    List<Integer> sizesOf(Row row) {
        return sizes.isEmpty() || row.sizes().size() == 1 ? row.sizes() : sizes;
    }

    List<Variant> variantsOf(Row row) {
        return row.variants().stream()
                .filter(variant -> variants.isEmpty() || variants.contains(variant))
                .toList();
    }

    private static List<String> words(String value) {
        return Arrays.asList(value.split(","));
    }

    private static int positive(String value) {
        int number = Integer.parseInt(value);
        if (number < 1) {
            throw new IllegalArgumentException("there is nothing to measure with " + value);
        }
        return number;
    }

    private static Variant variant(String name) {
        return Variant.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
