package io.perennial.soak.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run does, as a file: the seed, from which each client JVM draws too, and the rounds with their faults. It is
 * written during the run, each round before it begins.
 *
 * @param seed from which faults and work are drawn
 * @param rounds in order
 */
public record Schedule(long seed, List<Round> rounds) {
    private static final String SEED = "seed ";
    private static final String ROUND = "round ";

    public Schedule {
        rounds = List.copyOf(rounds);
    }

    /** Reads a file that a run has left. */
    public static Schedule read(Path file) {
        try {
            return parse(Files.readAllLines(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Begins a file. */
    public static void begin(Path file, long seed) {
        append(file, SEED + seed + "\n");
    }

    /** Adds a round to a file. */
    public static void add(Path file, Round round) {
        StringBuilder text = new StringBuilder(
                ROUND + round.number() + " of " + round.length().toMillis() + " ms\n");
        round.faults().forEach(fault -> text.append("  ").append(fault).append('\n'));
        append(file, text.toString());
    }

    static Schedule parse(List<String> lines) {
        long seed = 0;
        List<Round> rounds = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith(SEED)) {
                seed = Long.parseLong(line.substring(SEED.length()).strip());
            } else if (line.startsWith(ROUND)) {
                rounds.add(round(line));
            } else if (!line.isBlank()) {
                Round last = rounds.remove(rounds.size() - 1);
                List<Fault> faults = new ArrayList<>(last.faults());
                faults.add(Fault.parse(line));
                rounds.add(new Round(last.number(), last.length(), faults));
            }
        }
        return new Schedule(seed, rounds);
    }

    private static Round round(String line) {
        String[] words = line.split(" ", -1);
        return new Round(Integer.parseInt(words[1]), Duration.ofMillis(Long.parseLong(words[3])), List.of());
    }

    private static void append(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
