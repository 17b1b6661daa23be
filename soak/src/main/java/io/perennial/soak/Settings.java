package io.perennial.soak;

import io.perennial.soak.fault.Schedule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a run.
 *
 * @param length no round begins later than this
 * @param seed from which faults and work are drawn
 * @param replay a schedule to follow, instead of one drawn from the seed
 * @param directory where all files of the run go
 * @param clients how many client JVMs
 */
public record Settings(Duration length, long seed, @Nullable Path replay, Path directory, int clients) {
    private static final int CLIENTS = 5;
    private static final int DEFAULT_MINUTES = 30;
    private static final int SEEDS = 1_000_000;

    /**
     * From the properties {@code soak.minutes}, {@code soak.seed}, {@code soak.replay} and {@code soak.directory}.
     */
    public static Settings ofProperties() {
        String file = System.getProperty("soak.replay", "");
        Path replay = file.isEmpty() ? null : Path.of(file);
        long seed = replay == null
                ? Long.getLong("soak.seed", new Random().nextInt(SEEDS))
                : Schedule.read(replay).seed();
        String directory = "target/soak-" + seed + (replay == null ? "" : "-again");
        return new Settings(
                minutes(System.getProperty("soak.minutes", "")),
                seed,
                replay,
                Path.of(System.getProperty("soak.directory", directory)),
                Integer.getInteger("soak.clients", CLIENTS));
    }

    private static Duration minutes(String number) {
        double minutes = number.isEmpty() ? DEFAULT_MINUTES : Double.parseDouble(number);
        return Duration.ofMillis(Math.round(minutes * Duration.ofMinutes(1).toMillis()));
    }
}
