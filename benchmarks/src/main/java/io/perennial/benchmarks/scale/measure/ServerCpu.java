package io.perennial.benchmarks.scale.measure;

import io.perennial.test.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A server's process as Linux sees it: the CPU time of all its threads and of each one, and its heap. CPU time says
 * what a request costs, whoever else uses the machine; the busiest thread says how many requests fit through the
 * narrowest place, whatever the number of cores.
 */
final class ServerCpu {
    private static final double MICROS_PER_JIFFY = 10_000;

    private final long pid;

    ServerCpu(ServerProcess server) {
        String config = server.data().resolveSibling("zoo.cfg").toString();
        pid = ProcessHandle.current()
                .descendants()
                .filter(process -> commandLine(process.pid()).contains(config))
                .findFirst()
                .orElseThrow()
                .pid();
    }

    /** CPU time in microseconds so far, by thread. */
    record Reading(Map<Path, Double> threads, Map<Path, String> names) {
        /** What was used since then: in all, and by the request pipeline's busiest thread. */
        Use since(Reading earlier) {
            Map<String, Double> used = new HashMap<>();
            double all = 0;
            Path busiest = null;
            double most = 0;
            for (var thread : threads.entrySet()) {
                double micros = thread.getValue() - earlier.threads.getOrDefault(thread.getKey(), 0.0);
                all += micros;
                String name = names.getOrDefault(thread.getKey(), "?");
                used.merge(name, micros, Double::sum);
                if (micros > most && !isOfTheJvm(name)) {
                    busiest = thread.getKey();
                    most = micros;
                }
            }
            return new Use(all, most, busiest == null ? "" : names.getOrDefault(busiest, "?"), used);
        }

        private static boolean isOfTheJvm(String name) {
            return name.startsWith("C1 ")
                    || name.startsWith("C2 ")
                    || name.startsWith("G1 ")
                    || name.startsWith("VM ")
                    || name.startsWith("GC ");
        }
    }

    /** CPU time in microseconds. */
    record Use(double all, double busiest, String name, Map<String, Double> threads) {
        String top() {
            return threads.entrySet().stream()
                    .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
                    .limit(4)
                    .map(e -> "%s %.0f%%".formatted(e.getKey(), 100 * e.getValue() / Math.max(1, all)))
                    .reduce((a, b) -> a + ", " + b)
                    .orElse("");
        }
    }

    Reading read() {
        Map<Path, Double> threads = new HashMap<>();
        Map<Path, String> names = new HashMap<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path task : (Iterable<Path>) tasks::iterator) {
                String stat = text(task.resolve("stat"));
                int end = stat.lastIndexOf(')');
                if (end > 0) {
                    String[] fields = stat.substring(end + 2).split(" ", -1);
                    threads.put(task, (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MICROS_PER_JIFFY);
                    names.put(task, stat.substring(stat.indexOf('(') + 1, end));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Reading(threads, names);
    }

    /** Bytes that live after a full collection. */
    long liveBytes() {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try {
            Process histogram = new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.class_histogram")
                    .redirectErrorStream(true)
                    .start();
            String output = new String(histogram.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return output.lines()
                    .filter(line -> line.startsWith("Total"))
                    .mapToLong(line -> Long.parseLong(line.trim().split(" +", -1)[2]))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(output));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String commandLine(long pid) {
        return text(Path.of("/proc/" + pid + "/cmdline"));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // It has ended.
        }
    }
}
