package io.perennial.benchmarks;

import java.util.Objects;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs {@link FlightBenchmark} in a JVM that records nothing, and prints time and allocation for each event. */
public final class FlightOverhead {
    private FlightOverhead() {}

    /**
     * Measures and prints a table.
     *
     * @param args number of forks for each thing; 3 when left out
     * @throws Exception when something fails
     */
    public static void main(String[] args) throws Exception {
        int forks = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        Environment.main(args);
        var options = new OptionsBuilder()
                .include("FlightBenchmark\\.")
                .forks(forks)
                .warmupIterations(5)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(5)
                .measurementTime(TimeValue.seconds(1))
                .addProfiler(GCProfiler.class)
                .jvmArgs("-Xmx1g", "-Dlog=OFF")
                .verbosity(VerboseMode.SILENT)
                .build();
        for (RunResult result : new Runner(options).run()) {
            var time = result.getPrimaryResult();
            double bytes = Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm"))
                    .getScore();
            System.out.printf(
                    "%-16s %7.2f ns (+- %5.2f), %5.1f bytes%n",
                    result.getParams().getBenchmark().replaceAll(".*\\.", ""),
                    time.getScore(),
                    time.getScoreError(),
                    bytes);
        }
    }
}
