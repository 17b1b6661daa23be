package io.perennial.samples.timeline;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Moments in readable form, in the reader's time zone. */
final class Times {
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM", Locale.ROOT);
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("d MMM uuuu", Locale.ROOT);
    private static final DateTimeFormatter EXACT = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);
    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);

    private static final int MOST_TICKS = 6;
    private static final List<Duration> STEPS = Stream.of(
                    "PT0.01S", "PT0.02S", "PT0.05S", "PT0.1S", "PT0.2S", "PT0.5S", "PT1S", "PT2S", "PT5S", "PT10S",
                    "PT15S", "PT30S", "PT1M", "PT2M", "PT5M", "PT10M", "PT15M", "PT30M", "PT1H", "PT2H", "PT3H", "PT6H",
                    "PT12H", "P1D", "P2D", "P7D", "P30D")
            .map(Duration::parse)
            .toList();

    private final ZoneId zone;
    private final boolean oneDay;

    Times(ZoneId zone, Instant from, Instant to) {
        this.zone = zone;
        oneDay = from.atZone(zone).toLocalDate().equals(to.atZone(zone).toLocalDate());
    }

    /** A mark on an axis. */
    record Tick(Instant at, String label) {}

    String zone() {
        return zone.getId();
    }

    /** To the millisecond, with the day where there are several. */
    String exact(Instant moment) {
        ZonedDateTime at = moment.atZone(zone);
        return (oneDay ? "" : DAY.format(at) + " ") + EXACT.format(at);
    }

    /** To the second, with the date. */
    String date(Instant moment) {
        ZonedDateTime at = moment.atZone(zone);
        return DATE.format(at) + " " + SECOND.format(at);
    }

    /** To the second. */
    String second(Instant moment) {
        return SECOND.format(moment.atZone(zone));
    }

    /** About six round moments. */
    List<Tick> ticks(Instant from, Instant to) {
        Duration whole = Duration.between(from, to);
        Duration step = STEPS.stream()
                .filter(s -> s.multipliedBy(MOST_TICKS).compareTo(whole) >= 0)
                .findFirst()
                .orElse(whole.dividedBy(MOST_TICKS).plusNanos(1));
        List<Tick> ticks = new ArrayList<>();
        ZonedDateTime midnight = from.atZone(zone).toLocalDate().atStartOfDay(zone);
        long before = Duration.between(midnight.toInstant(), from).toMillis() / step.toMillis();
        for (Instant at = midnight.toInstant().plus(step.multipliedBy(before)); !at.isAfter(to); at = at.plus(step)) {
            if (!at.isBefore(from)) {
                ticks.add(new Tick(at, label(at.atZone(zone), step)));
            }
        }
        return ticks;
    }

    private static String label(ZonedDateTime at, Duration step) {
        if (step.toMillis() < 1_000) {
            return EXACT.format(at).substring(3);
        }
        if (step.toMinutes() < 1) {
            return SECOND.format(at);
        }
        boolean midnight = at.toLocalTime().toSecondOfDay() == 0;
        return step.toDays() >= 1 || midnight ? DAY.format(at) : MINUTE.format(at);
    }
}
