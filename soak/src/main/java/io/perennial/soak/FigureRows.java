package io.perennial.soak;

import io.perennial.soak.fault.Verb;
import io.perennial.soak.fault.Verb.Place;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Formats a run's rows for the two tables of docs/soak.md. */
final class FigureRows {
    private static final String[] OPERATIONS = {
        "reads", "writes ", "nodes ", "watches ", "locks ", "latches ", "caches "
    };

    private FigureRows() {}

    static String of(Tally tally) {
        return table(
                        List.of(
                                "seed",
                                "took",
                                "rounds",
                                "operations",
                                "writes applied",
                                "not applied",
                                "unknown",
                                "sessions lost",
                                "restorations",
                                "recoveries",
                                "p50",
                                "p99",
                                "slowest"),
                        List.of(
                                Long.toString(tally.seed()),
                                String.format(
                                        Locale.ROOT, "%.1f min", tally.took().toMillis() / 60_000.0),
                                number(tally.rounds()),
                                number(tally.count(OPERATIONS)),
                                number(tally.count("judged: writes APPLIED")),
                                number(tally.count("judged: writes NOT_APPLIED")),
                                number(tally.count("judged: writes UNKNOWN")),
                                number(tally.count("transitions to LOST")),
                                number(tally.count("transitions to CONNECTED")),
                                number(tally.recoveries().count()),
                                seconds(tally.recoveries().percentile(0.5)),
                                seconds(tally.recoveries().percentile(0.99)),
                                seconds(tally.recoveries().percentile(1))))
                + "\n"
                + table(
                        List.of("seed", "faults", "network", "servers", "sessions and clients", "data"),
                        List.of(
                                Long.toString(tally.seed()),
                                number(tally.faultCount()),
                                faults(tally, Set.of(Place.NETWORK)),
                                faults(tally, Set.of(Place.SERVERS)),
                                faults(tally, Set.of(Place.SESSION, Place.CLIENT)),
                                faults(tally, Set.of(Place.DATA))));
    }

    private static String faults(Tally tally, Set<Place> places) {
        return tally.faults().entrySet().stream()
                .filter(fault -> places.contains(fault.getKey().place()))
                .sorted(Map.Entry.<Verb, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(fault -> fault.getKey().word() + " " + fault.getValue())
                .collect(Collectors.joining(", "));
    }

    private static String table(List<String> names, List<String> values) {
        return row(names) + row(names.stream().map(name -> "---").toList()) + row(values);
    }

    private static String row(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.2f s", duration.toMillis() / 1_000.0);
    }
}
