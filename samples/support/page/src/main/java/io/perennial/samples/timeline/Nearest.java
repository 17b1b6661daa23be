package io.perennial.samples.timeline;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Finds what happened at the same moment, as far as events of different kinds show it. */
final class Nearest<T> {
    private static final Duration SAME_MOMENT = Duration.ofSeconds(1);

    private final TreeMap<Instant, T> all = new TreeMap<>();

    Nearest(Iterable<T> all, Function<T, Instant> at) {
        all.forEach(one -> this.all.put(at.apply(one), one));
    }

    Optional<T> to(Instant moment) {
        return nearest(moment).map(Map.Entry::getValue);
    }

    /** Like the above, but the event found will not be found again. */
    Optional<T> take(Instant moment) {
        Optional<Map.Entry<Instant, T>> nearest = nearest(moment);
        nearest.ifPresent(found -> all.remove(found.getKey()));
        return nearest.map(Map.Entry::getValue);
    }

    private Optional<Map.Entry<Instant, T>> nearest(Instant moment) {
        Map.Entry<Instant, T> before = all.floorEntry(moment);
        Map.Entry<Instant, T> after = all.ceilingEntry(moment);
        boolean isBefore =
                after == null || (before != null && apart(before, moment).compareTo(apart(after, moment)) < 0);
        return Optional.ofNullable(isBefore ? before : after)
                .filter(found -> apart(found, moment).compareTo(SAME_MOMENT) <= 0);
    }

    private static Duration apart(Map.Entry<Instant, ?> entry, Instant moment) {
        return Duration.between(entry.getKey(), moment).abs();
    }
}
