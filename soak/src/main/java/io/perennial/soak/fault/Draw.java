package io.perennial.soak.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.zookeeper.ZooDefs.OpCode;

/** Draws rounds from a seed: the same seed and number give the same round, whatever has been drawn before. */
public final class Draw {
    /** The servers' greatest session timeout: one of these, the first at the begin. */
    public static final List<Duration> LIMITS = List.of(Duration.ofSeconds(4), Duration.ofSeconds(12));

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /** Before this round there are storms only, so that a short run has no long rounds. */
    private static final int FIRST_LONG = 5;

    private static final double OF_DATA = 0.08;
    private static final double OF_LIMITS = 0.16;
    private static final double SQUALLS = 0.3;
    private static final double FOR_ALL = 0.4;
    private static final List<Integer> OP_CODES = List.of(
            OpCode.create,
            OpCode.create2,
            OpCode.multi,
            OpCode.multi,
            OpCode.delete,
            OpCode.setData,
            OpCode.getData,
            OpCode.sync,
            OpCode.createSession,
            OpCode.setWatches2,
            OpCode.addWatch,
            OpCode.multiRead,
            OpCode.getChildren2);

    private final long seed;
    private final int servers;
    private final int clients;
    private final int sessions;

    /**
     * Draws for a run.
     *
     * @param seed of it
     * @param servers how many
     * @param clients how many client JVMs
     * @param sessions how many in all of them
     */
    public Draw(long seed, int servers, int clients, int sessions) {
        this.seed = seed;
        this.servers = servers;
        this.clients = clients;
        this.sessions = sessions;
    }

    /** One in twelve is of the data, one of the limits; of the others, one in three is a squall of a fault or two. */
    public Round round(int number) {
        Random random = new Random(seed + number * GOLDEN);
        random.nextInt(); // the first of a Random are alike for seeds that are
        double kind = number < FIRST_LONG ? 1 : random.nextDouble();
        if (kind < OF_DATA) {
            return roundOfData(number, random);
        } else if (kind < OF_LIMITS) {
            return roundOfLimits(number, random);
        }
        return random.nextDouble() < SQUALLS
                ? storm(number, random, between(random, 2_000, 8_000), 1 + random.nextInt(2))
                : storm(number, random, between(random, 8_000, 25_000), 4 + random.nextInt(9));
    }

    /** What a client JVM draws from. */
    public static long seedOf(long seed, int client) {
        return new Random(seed ^ (client + 1) * GOLDEN).nextLong();
    }

    private Round storm(int number, Random random, Duration length, int count) {
        List<Fault> faults = Stream.generate(() -> fault(random, length))
                .limit(count)
                .sorted(Comparator.comparing(Fault::offset))
                .toList();
        return new Round(number, length, faults);
    }

    /** Calm before and after, with a fault or two that are soon over. */
    private Round roundOfData(int number, Random random) {
        Duration length = between(random, 12_000, 20_000);
        Verb verb = random.nextBoolean() ? Verb.WIPE : Verb.RESTORE_BACKUP;
        List<Fault> faults = new ArrayList<>();
        faults.add(new Fault(Duration.ofSeconds(1), verb, Fault.ALL, between(random, 3_000, 6_000), 0));
        if (random.nextBoolean()) {
            faults.add(fault(random, Duration.ofSeconds(2)));
        }
        faults.sort(Comparator.comparing(Fault::offset));
        return new Round(number, length, faults);
    }

    /**
     * Sessions that were created under the lower limit are granted the higher one; then the leader changes while
     * clients are cut off. Which of the two does the new leader expire them by, and which do they count on?
     */
    private static Round roundOfLimits(int number, Random random) {
        Duration cut = between(random, 9_000, 12_000);
        Duration killed = cut.plus(between(random, 200, 1_500));
        Duration length = cut.plus(between(random, 8_000, 11_000));
        Verb verb = random.nextBoolean() ? Verb.DISCONNECT : Verb.FREEZE;
        List<Fault> faults = List.of(
                limit(Duration.ZERO, LIMITS.get(1)),
                new Fault(cut, verb, Fault.ALL, length.minus(cut), 0),
                new Fault(killed, Verb.KILL_LEADER, Fault.ALL, between(random, 100, 1_500), 0),
                limit(length, LIMITS.get(0)));
        return new Round(number, length, faults);
    }

    private static Fault limit(Duration offset, Duration limit) {
        return new Fault(offset, Verb.CHANGE_LIMIT, Fault.ALL, Duration.ZERO, Math.toIntExact(limit.toMillis()));
    }

    private Fault fault(Random random, Duration storm) {
        Verb verb = verb(random);
        Duration offset = between(random, 0, storm.toMillis() * 9 / 10);
        Duration length = length(random);
        Duration left = storm.minus(offset);
        return new Fault(
                offset, verb, target(verb, random), length.compareTo(left) < 0 ? length : left, detail(verb, random));
    }

    private static Verb verb(Random random) {
        List<Verb> storms = Stream.of(Verb.values())
                .filter(verb -> verb.place() != Verb.Place.DATA)
                .toList();
        int left = random.nextInt(storms.stream().mapToInt(Verb::weight).sum());
        for (Verb verb : storms) {
            left -= verb.weight();
            if (left < 0) {
                return verb;
            }
        }
        throw new AssertionError("the weights have changed meanwhile");
    }

    /** Short as a hiccup, about as long as clients take to come back, or longer than most sessions live. */
    private static Duration length(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> between(random, 20, 500);
            case 1, 2 -> between(random, 1_000, 3_000);
            default -> between(random, 3_000, 9_000);
        };
    }

    private int target(Verb verb, Random random) {
        return switch (verb.place()) {
            case NETWORK, SERVERS -> random.nextDouble() < FOR_ALL ? Fault.ALL : random.nextInt(servers);
            case SESSION -> random.nextInt(sessions);
            case CLIENT -> random.nextInt(clients);
            case DATA -> Fault.ALL;
        };
    }

    private static int detail(Verb verb, Random random) {
        return switch (verb) {
            case DELAY -> 50 + random.nextInt(1_500);
            case LOSE_ACKNOWLEDGEMENT, LOSE_REQUEST -> OP_CODES.get(random.nextInt(OP_CODES.size()));
            case CHANGE_LIMIT ->
                Math.toIntExact(LIMITS.get(random.nextInt(LIMITS.size())).toMillis());
            default -> 0;
        };
    }

    private static Duration between(Random random, long lowest, long beyond) {
        return Duration.ofMillis(lowest + (long) (random.nextDouble() * (beyond - lowest)));
    }
}
