package io.perennial.benchmarks.results;

import java.util.StringJoiner;

/** Every single figure, a line each, for other programs. */
final class CsvTable {
    private CsvTable() {}

    static String of(Results results) {
        var lines = new StringJoiner("\n", "", "\n").add("row,unit,size,variant,round,value");
        for (Sample sample : results.samples()) {
            for (double value : sample.values()) {
                lines.add(String.join(
                        ",",
                        field(sample.subject().name()),
                        field(sample.subject().unit()),
                        Integer.toString(sample.size()),
                        field(sample.variant()),
                        Integer.toString(sample.round()),
                        Figures.plain(value)));
            }
        }
        return lines.toString();
    }

    private static String field(String text) {
        return text.matches("[^,\"\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
