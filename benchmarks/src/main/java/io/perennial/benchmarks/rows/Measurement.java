package io.perennial.benchmarks.rows;

import io.perennial.benchmarks.processes.Child;
import io.perennial.benchmarks.variants.Variant;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;

/** The program of a process that measures: one row, one variant, one size. */
public final class Measurement {
    private Measurement() {}

    /**
     * Runs it as a process of its own.
     *
     * @param row what
     * @param variant which client
     * @param size how many items
     * @return the figures
     * @throws InterruptedException when interrupted
     * @throws IllegalStateException when it fails
     */
    public static List<Double> inChild(Row row, Variant variant, int size) throws InterruptedException {
        return Child.run(Measurement.class, row.subject().name(), variant.name(), Integer.toString(size));
    }

    /**
     * Measures and answers.
     *
     * @param args row, variant and size
     */
    public static void main(String[] args) {
        Row row = Rows.named(args[0]);
        try (Trial trial = row.opening().open(Variant.valueOf(args[1]), Integer.parseInt(args[2]))) {
            for (int run = 0; run < row.warmUps(); run++) {
                trial.run();
            }
            double[] figures = new double[row.runs()];
            for (int run = 0; run < row.runs(); run++) {
                figures[run] = trial.run();
            }
            Child.answer(figures);
        } catch (Exception | Error e) {
            var text = new StringWriter();
            e.printStackTrace(new PrintWriter(text));
            Child.fail(Arrays.toString(args) + ": " + text);
        }
        Runtime.getRuntime().halt(0); // Whatever a client has left running is not waited for.
    }
}
