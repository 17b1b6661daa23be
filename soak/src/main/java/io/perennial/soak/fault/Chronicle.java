package io.perennial.soak.fault;

import io.perennial.soak.history.Moment;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The conductor's log of what it has done and found, a line each: nanoseconds, wall milliseconds, who, what, with tabs
 * between. Thread-safe.
 */
public final class Chronicle implements AutoCloseable {
    private static final int FIELDS = 4;

    private final PrintWriter writer;

    /** Appends to a file. */
    public Chronicle(Path file) {
        try {
            writer = new PrintWriter(
                    Files.newBufferedWriter(
                            file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                    true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Notes something that happens now. */
    public void note(String who, String what) {
        String line = String.join(
                "\t",
                Long.toString(System.nanoTime()),
                Long.toString(System.currentTimeMillis()),
                who,
                what.replace('\n', ' ').replace('\t', ' '));
        synchronized (writer) {
            writer.println(line);
        }
    }

    /** Reads a file back. */
    public static List<Moment> read(Path file) {
        try {
            return Files.readAllLines(file).stream().map(Chronicle::moment).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        writer.close();
    }

    private static Moment moment(String line) {
        String[] fields = line.split("\t", FIELDS);
        return new Moment(Long.parseLong(fields[0]), Long.parseLong(fields[1]), fields[2], fields[3]);
    }
}
