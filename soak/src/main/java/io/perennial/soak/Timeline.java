package io.perennial.soak;

import io.perennial.soak.fault.Chronicle;
import io.perennial.soak.history.Histories;
import io.perennial.soak.history.Moment;
import io.perennial.soak.history.RunDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Merges faults, what the sessions went through and the findings in chronological order, for people. */
final class Timeline {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    private Timeline() {}

    /** From a time on; empty when nothing has been noted since. */
    static String of(RunDirectory directory, int clients, long fromNanos) {
        Stream<Moment> conductors =
                Chronicle.read(directory.conductorsHistory()).stream().filter(moment -> moment.nanos() >= fromNanos);
        Stream<Moment> workers = Stream.iterate(0, index -> index < clients, index -> index + 1)
                .map(directory::history)
                .filter(Files::exists)
                .flatMap(history -> moments(history, fromNanos).stream());
        return Stream.concat(conductors, workers)
                .sorted(Comparator.comparingLong(Moment::nanos))
                .map(Timeline::line)
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static List<Moment> moments(Path history, long fromNanos) {
        return Histories.moments(history, fromNanos);
    }

    private static String line(Moment moment) {
        return "%s  %-10s %s"
                .formatted(TIME.format(Instant.ofEpochMilli(moment.wallMillis())), moment.who(), moment.what());
    }
}
