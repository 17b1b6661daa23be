package io.perennial.soak.check;

import io.perennial.soak.work.Resources;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Threads, sockets, heap and log of a client JVM do not grow over the run: the median of the last third of its quiet
 * moments is compared with that of the first third. And between two quiet moments no more is logged than a person
 * could read.
 */
final class ResourceJudge {
    private static final String NAME = "resources";
    private static final int FEWEST_LOOKS = 9;
    private static final double LOG_LINES_PER_SECOND = 200;
    private static final long MEGABYTE = 1L << 20;

    private final Map<Integer, List<Resources>> looks = new HashMap<>();

    /** A quiet moment of a worker. */
    List<Finding> look(int worker, Resources now) {
        List<Resources> all = looks.computeIfAbsent(worker, index -> new ArrayList<>());
        Resources before = all.isEmpty() ? null : all.get(all.size() - 1);
        all.add(now);
        List<Finding> findings = new ArrayList<>();
        if (before != null) {
            double seconds = Math.max(1, (now.nanos() - before.nanos()) / 1e9);
            long lines = now.logLines() - before.logLines();
            if (lines / seconds > LOG_LINES_PER_SECOND) {
                findings.add(new Finding(
                        NAME, "worker " + worker + " has logged " + lines + " lines within " + (long) seconds + " s"));
            }
        }
        return findings;
    }

    /** At the end of the run. */
    List<Finding> finish() {
        List<Finding> findings = new ArrayList<>();
        looks.forEach((worker, all) -> {
            if (all.size() >= FEWEST_LOOKS) {
                check(findings, worker, "threads", all, Resources::threads, 10);
                check(findings, worker, "sockets", all, Resources::sockets, 6);
                check(findings, worker, "bytes of heap", all, Resources::heapBytes, 16 * MEGABYTE);
            }
        });
        return findings;
    }

    private static void check(
            List<Finding> findings,
            int worker,
            String what,
            List<Resources> all,
            ToLongFunction<Resources> figure,
            long slack) {
        int third = all.size() / 3;
        long first = middle(all.subList(0, third), figure);
        long last = middle(all.subList(all.size() - third, all.size()), figure);
        if (last > first + first / 4 + slack) {
            findings.add(new Finding(
                    NAME,
                    "worker " + worker + " had " + first + " " + what + " in the first third of the run and " + last
                            + " in the last: "
                            + all.stream().mapToLong(figure).boxed().toList()));
        }
    }

    private static long middle(List<Resources> some, ToLongFunction<Resources> figure) {
        return some.stream()
                .mapToLong(figure)
                .sorted()
                .skip(some.size() / 2)
                .findFirst()
                .orElse(0);
    }
}
