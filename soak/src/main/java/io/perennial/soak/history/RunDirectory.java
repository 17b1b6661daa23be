package io.perennial.soak.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The directory of one run: {@code schedule.txt}, the conductor's history, and for each client JVM its history and its
 * log. Before the servers' data are wiped or replaced by a backup, and at the end, they are copied to
 * {@code epoch-<n>/server-<i>}, from {@code epoch-1} on: the servers' complete transaction logs up to that moment.
 *
 * <p>After a wipe an epoch begins without data. After a backup is restored it begins with the backup's data, so its
 * logs repeat the earlier epoch's up to the backup; whatever the earlier epoch wrote after that is undone.
 */
public record RunDirectory(Path path) {
    /** The sub-directory of a server's copy with logs and snapshots, as ZooKeeper names it. */
    public static final String VERSION = "version-2";

    private static final String GAP = "gap";

    public RunDirectory {
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An empty one: what an earlier run has left there is deleted, anything else is refused. */
    public static RunDirectory anew(Path path) {
        RunDirectory directory = new RunDirectory(path);
        if (!directory.isEmpty()) {
            if (!Files.exists(directory.conductorsHistory())) {
                throw new IllegalArgumentException(path.toAbsolutePath() + " is not empty, and no run has been there");
            }
            try (Stream<Path> walk = Files.walk(path)) {
                for (Path each : walk.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new RunDirectory(path);
    }

    private boolean isEmpty() {
        try (Stream<Path> children = Files.list(path)) {
            return children.findAny().isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The history of a client JVM. */
    public Path history(int worker) {
        return path.resolve("worker-" + worker + ".history");
    }

    /** The log of a client JVM. */
    public Path log(int worker) {
        return path.resolve("worker-" + worker + ".log");
    }

    /** The Flight Recorder's recording of a client JVM, where one was asked for. */
    public Path flight(int worker) {
        return path.resolve("worker-" + worker + ".jfr");
    }

    /** What the conductor has done and found: nanoseconds, wall milliseconds, who, what, with tabs between. */
    public Path conductorsHistory() {
        return path.resolve("conductor.history");
    }

    /** The faults that were drawn, to be replayed. */
    public Path schedule() {
        return path.resolve("schedule.txt");
    }

    /** How many epochs have been copied. */
    public int epochs() {
        return (int) IntStream.iterate(1, n -> Files.isDirectory(epoch(n)), n -> n + 1)
                .count();
    }

    /** The servers' data at the end of an epoch, from 1: one directory for each server. */
    public Path epoch(int number) {
        return path.resolve("epoch-" + number);
    }

    /**
     * The gap between an epoch and the next, on the clock of {@code System.nanoTime}: from the last moment at which all
     * its servers served to the first at which those of the next do; the end is the copying's for the last epoch.
     */
    public Gap after(int epoch) {
        try {
            String[] parts = Files.readString(epoch(epoch).resolve(GAP)).strip().split(" ", -1);
            return new Gap(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Notes a gap; the copy of the epoch is there. */
    public void writeGap(int epoch, Gap gap) {
        try {
            Files.writeString(epoch(epoch).resolve(GAP), gap.fromNanos() + " " + gap.toNanos());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A time in which there are no servers, because their data are being exchanged.
     *
     * @param fromNanos its begin
     * @param toNanos its end
     */
    public record Gap(long fromNanos, long toNanos) {}

    /** The servers' copies of one epoch, each with a directory {@link #VERSION}. */
    public List<Path> servers(int epoch) {
        try (Stream<Path> directories = Files.list(epoch(epoch))) {
            return directories.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
