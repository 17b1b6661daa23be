package io.perennial.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/**
 * Random schedules of events, the same ones for the same seed; of what goes wrong, the least that does.
 * {@code -Dtest.jvm="-Dplays=100000"} plays more of them, {@code -Dplay.seed=7} the one of that seed;
 * {@code -Dplay.shrink=false} takes the first that goes wrong as it is, for who only wants to know whether one does.
 */
public final class RandomPlays {
    private static final int IN_EACH_BUILD = 10_000;
    private static final int MANY = 100_000;
    private static final boolean SHRINKS = !"false".equals(System.getProperty("play.shrink"));
    private static final int MOST_TOLD = SHRINKS ? 5 : 1;

    private RandomPlays() {}

    /**
     * As many as each build has time for.
     *
     * @param failure plays the one of a seed, and describes what goes wrong in it, if anything does
     */
    public static void play(LongFunction<String> failure) {
        play(IN_EACH_BUILD, failure);
    }

    /** So many in each build. */
    public static void play(int inEachBuild, LongFunction<String> failure) {
        Long seed = Long.getLong("play.seed");
        if (seed == null) {
            play(0, Long.getLong("plays", inEachBuild), failure);
        } else {
            play(seed, seed + 1, failure);
        }
    }

    /** Others than those of each build, and many of them. */
    public static void playMany(LongFunction<String> failure) {
        playMany(IN_EACH_BUILD, failure);
    }

    /** Others than so many of each build. */
    public static void playMany(int inEachBuild, LongFunction<String> failure) {
        play(inEachBuild, inEachBuild + MANY, failure);
    }

    private static void play(long from, long to, LongFunction<String> failure) {
        var failures = new ArrayList<String>();
        for (long seed = from; seed < to && failures.size() < MOST_TOLD; seed++) {
            String told = failure.apply(seed);
            if (told != null) {
                failures.add("seed " + seed + ": " + told);
            }
        }
        assertThat(failures).isEmpty();
    }

    /** Plays events, one after the other; throws {@link Broken} when something goes wrong. */
    @FunctionalInterface
    public interface Course<E> {
        /** Traces where there is a list to trace to. */
        void play(List<E> events, List<String> trace);
    }

    /** For people: the least of the events that goes wrong, and how; null when nothing does. */
    public static <E> String failure(List<E> events, Course<E> course) {
        Broken asItIs = broken(course, events, null);
        if (asItIs == null) {
            return null;
        }
        if (!SHRINKS) {
            return String.valueOf(asItIs.getMessage());
        }
        var trace = new ArrayList<String>();
        Broken failure = broken(course, shrunk(events, course), trace);
        return (failure == null ? "not repeatable" : failure.getMessage()) + "\n  " + String.join("\n  ", trace);
    }

    private static <E> Broken broken(Course<E> course, List<E> events, List<String> trace) {
        try {
            course.play(events, trace);
            return null;
        } catch (Broken e) {
            return e;
        }
    }

    /** As few of the events as it takes to go wrong in the same way. */
    private static <E> List<E> shrunk(List<E> events, Course<E> course) {
        String how = kind(broken(course, events, null));
        List<E> least = events;
        for (int chunk = events.size() / 2; chunk > 0; chunk /= 2) {
            for (int at = 0; at < least.size(); ) {
                List<E> less = without(least, at, Math.min(least.size(), at + chunk));
                if (how.equals(kind(broken(course, less, null)))) {
                    least = less;
                } else {
                    at += chunk;
                }
            }
        }
        return least;
    }

    private static String kind(Broken failure) {
        return failure == null ? "" : String.valueOf(failure.getMessage()).replaceAll("[0-9a-f]*[0-9].*", "");
    }

    private static <E> List<E> without(List<E> events, int from, int to) {
        var left = new ArrayList<>(events.subList(0, from));
        left.addAll(events.subList(to, events.size()));
        return left;
    }
}
