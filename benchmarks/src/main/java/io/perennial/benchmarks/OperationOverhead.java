package io.perennial.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs {@link OperationBenchmark} and prints, for each kind of call, throughput and allocation relative to bare
 * Curator. The two alternate, one short fork each, in many rounds. They are compared round by round, and the median of
 * the ratios counts, because a machine is never the same for long; the quartiles show how much it varied.
 */
public final class OperationOverhead {
    private OperationOverhead() {}

    /**
     * Measures and prints a table.
     *
     * @param args number of rounds; 10 when left out
     * @throws Exception when something fails
     */
    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        Environment.main(args);
        try (var server = new ServerJvm("-Dzookeeper.forceSync=no")) {
            String connectString = server.connectString();
            compare(connectString, rounds, "getDataInBackground", 1);
            compare(connectString, rounds, "getData", 1);
            compare(connectString, rounds, "getData", 8);
            compare(connectString, rounds, "setDataInBackground", 1);
            compare(connectString, rounds, "setData", 1);
            compare(connectString, rounds, "setData", 8);
        }
    }

    private static void compare(String connectString, int rounds, String call, int threads) throws Exception {
        Map<String, Scores> all = new TreeMap<>();
        for (int round = 0; round < rounds; round++) {
            for (RunResult result : run(connectString, call, threads)) {
                all.computeIfAbsent(result.getParams().getBenchmark().replaceAll(".*\\.", ""), Scores::new)
                        .add(result);
            }
        }
        Scores bare = Objects.requireNonNull(all.get(call + "Bare"));
        for (Scores scores : all.values()) {
            System.out.printf(
                    "%-30s %d threads: %9.0f calls/s, %5.3f of Curator's (%5.3f to %5.3f); %6.0f bytes a call, %5.3f%n",
                    scores.name,
                    threads,
                    quantile(scores.throughput, 0.5),
                    quantile(ratios(scores.throughput, bare.throughput), 0.5),
                    quantile(ratios(scores.throughput, bare.throughput), 0.25),
                    quantile(ratios(scores.throughput, bare.throughput), 0.75),
                    quantile(scores.allocation, 0.5),
                    quantile(ratios(scores.allocation, bare.allocation), 0.5));
        }
    }

    /** Round by round. */
    private static List<Double> ratios(List<Double> scores, List<Double> bare) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < scores.size(); round++) {
            ratios.add(scores.get(round) / bare.get(round));
        }
        return ratios;
    }

    /** Of one benchmark, a round each. */
    private static final class Scores {
        private final String name;
        private final List<Double> throughput = new ArrayList<>();
        private final List<Double> allocation = new ArrayList<>();

        private Scores(String name) {
            this.name = name;
        }

        private void add(RunResult result) {
            throughput.add(result.getPrimaryResult().getScore());
            allocation.add(Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm"))
                    .getScore());
        }
    }

    private static Collection<RunResult> run(String connectString, String call, int threads) throws Exception {
        return new Runner(new OptionsBuilder()
                        .include("OperationBenchmark\\." + call + "(Bare|Perennial)$")
                        .include(call.equals("setData") ? "OperationBenchmark\\.adjudicatedSetDataPerennial$" : "^$")
                        .threads(threads)
                        .forks(1)
                        .warmupIterations(3)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementIterations(3)
                        .measurementTime(TimeValue.seconds(1))
                        .addProfiler(GCProfiler.class)
                        .jvmArgs(
                                "-Xmx1g",
                                "-Dlog=OFF",
                                "-Djava.net.preferIPv4Stack=true",
                                "-Dbenchmark.server=" + connectString)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
    }

    /** Between the two nearest, in proportion. */
    private static double quantile(List<Double> scores, double part) {
        List<Double> sorted = scores.stream().sorted().toList();
        double at = part * (sorted.size() - 1);
        int below = (int) at;
        double above = sorted.get(Math.min(below + 1, sorted.size() - 1));
        return sorted.get(below) + (at - below) * (above - sorted.get(below));
    }
}
