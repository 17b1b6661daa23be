package io.perennial.benchmarks.processes;

import io.perennial.benchmarks.results.Figures;
import io.perennial.test.JvmProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A measurement in a JVM of its own, with that JVM's defaults for collector and compiler. It answers by lines on its
 * standard output: {@code FIGURE 12.3}, as many as it has, {@code FAILED why}, and {@code DONE}.
 */
public final class Child {
    private static final List<String> OPTIONS = List.of(
            "-Xmx3g",
            "-XX:-UseSerialGC", // the kit's children are small and short-lived; these are not
            "-XX:TieredStopAtLevel=4",
            "-Djava.net.preferIPv4Stack=true",
            "-Dlog=OFF");

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final String FIGURE = "FIGURE ";
    private static final String FAILED = "FAILED ";
    private static final String DONE = "DONE";

    private Child() {}

    /**
     * Runs a program to its end.
     *
     * @param program has a main method that answers as this class says
     * @param arguments for it
     * @return its figures
     * @throws InterruptedException when interrupted
     * @throws IllegalStateException when it fails or has no figure
     */
    public static List<Double> run(Class<?> program, String... arguments) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (JvmProcess process = JvmProcess.start(OPTIONS, program, arguments)) {
            while (process.isAlive() && !process.lines().contains(DONE)) {
                if (System.nanoTime() > deadline) {
                    throw failure(program, arguments, process.lines(), "still runs after " + PATIENCE);
                }
                Thread.sleep(20);
            }
            Thread.sleep(20); // Its last lines may still be on their way.
            return figures(program, arguments, process.lines());
        }
    }

    private static List<Double> figures(Class<?> program, String[] arguments, List<String> lines) {
        if (lines.stream().anyMatch(line -> line.startsWith(FAILED)) || !lines.contains(DONE)) {
            throw failure(program, arguments, lines, "failed");
        }
        List<Double> figures = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith(FIGURE)) {
                figures.add(Double.parseDouble(line.substring(FIGURE.length())));
            }
        }
        return figures;
    }

    private static IllegalStateException failure(
            Class<?> program, String[] arguments, List<String> lines, String what) {
        return new IllegalStateException(program.getSimpleName() + " " + Arrays.toString(arguments) + " " + what + ":\n"
                + String.join("\n", lines));
    }

    /**
     * In the child: answers, and so ends.
     *
     * @param figures one or more
     */
    public static void answer(double... figures) {
        for (double figure : figures) {
            System.out.println(FIGURE + Figures.plain(figure));
        }
        System.out.println(DONE);
        System.out.flush();
    }

    /**
     * In the child: something went wrong, so that no figure counts.
     *
     * @param sentence what
     */
    public static void fail(String sentence) {
        System.out.println(FAILED + sentence);
    }
}
