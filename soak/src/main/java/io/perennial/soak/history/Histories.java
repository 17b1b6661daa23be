package io.perennial.soak.history;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the files that {@link HistoryWriter} writes. */
public final class Histories {
    private Histories() {}

    /**
     * Reads a worker's file, fact by fact; a last line that is not whole is left out.
     *
     * @param history the file of one worker; may still be written to
     * @param reader receives each fact in order
     */
    public static void read(Path history, Consumer<Fact> reader) {
        if (!Files.exists(history)) {
            return;
        }
        try (BufferedReader lines = Files.newBufferedReader(history, StandardCharsets.UTF_8)) {
            String line = lines.readLine();
            while (line != null) {
                String next = lines.readLine();
                Fact fact = parse(line, next == null);
                if (fact != null) {
                    reader.accept(fact);
                }
                line = next;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What a person wants to see of a worker's history beside the faults: transitions above all, losses, violations.
     *
     * @param history the file of one worker
     * @param fromNanos leaves out what was before
     * @return in order
     */
    public static List<Moment> moments(Path history, long fromNanos) {
        List<Moment> moments = new ArrayList<>();
        read(history, fact -> {
            if (fact.nanos() >= fromNanos) {
                String words = words(fact);
                if (!words.isEmpty()) {
                    moments.add(new Moment(fact.nanos(), fact.wallMillis(), fact.session(), words));
                }
            }
        });
        return moments;
    }

    private static String words(Fact fact) {
        return switch (fact.kind()) {
            case TRANSITION ->
                fact.value(0) + " -> " + fact.value(1) + " (" + fact.value(2) + ") generation " + fact.value(3)
                        + " session 0x" + Long.toHexString(fact.number(4)) + ": " + fact.value(5);
            case NOTE -> fact.value(0);
            case LEASE -> "lease of generation " + fact.value(0) + " was held last";
            case WATCH, TOLD, UNWATCH, WRITE, HELD -> "";
        };
    }

    private static @Nullable Fact parse(String line, boolean last) {
        try {
            return Fact.parse(line);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            if (last) {
                return null;
            }
            throw new IllegalStateException("not a fact: " + line, e);
        }
    }
}
