package io.perennial.samples.timeline;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A time of trouble, or the start: stays in states other than CONNECTED, silent ones, and too short ones in CONNECTED.
 *
 * <p>A stay in CONNECTED counts whole: the session had recovered before it fell silent, however early that was. The
 * silent part begins the next episode.
 *
 * @param bands the stays, at least one
 * @param first the number of the first of them in the session's
 */
record Episode(List<Band> bands, int first) {
    /** A session that is back for less than this, or for less than a hundredth of the whole, has not recovered. */
    private static final Duration RECOVERED = Duration.ofSeconds(10);

    private static final int MOST_BANDS = 30;

    Instant from() {
        return bands.get(0).from();
    }

    Instant to() {
        return bands.get(bands.size() - 1).to();
    }

    Duration length() {
        return Duration.between(from(), to());
    }

    /** The time in it that was not CONNECTED. */
    Duration away() {
        return bands.stream()
                .filter(band -> !band.isConnected())
                .map(Band::length)
                .reduce(Duration.ZERO, Duration::plus);
    }

    /** The number of the band after the last. */
    int end() {
        return first + bands.size();
    }

    boolean contains(Instant moment) {
        return !moment.isBefore(from()) && moment.isBefore(to());
    }

    static List<Episode> of(List<Band> bands, Duration whole) {
        Duration enough = whole.dividedBy(100).compareTo(RECOVERED) < 0 ? whole.dividedBy(100) : RECOVERED;
        List<Episode> episodes = new ArrayList<>();
        int begin = 0;
        for (int i = 0; i <= bands.size(); i++) {
            if (i == bands.size() || isCalm(bands, i, enough) || isFull(bands.get(i), i - begin)) {
                add(episodes, bands, begin, i);
                begin = i < bands.size() && bands.get(i).silent() ? i : i + 1;
            }
        }
        return episodes;
    }

    /** Whether a band begins a stay that separates two episodes. */
    private static boolean isCalm(List<Band> bands, int i, Duration enough) {
        Band band = bands.get(i);
        return switch (band.state()) {
            case LATENT, CLOSED -> true;
            case CONNECTED -> !isSilentEnd(bands, i) && stay(bands, i).compareTo(enough) >= 0;
            default -> false;
        };
    }

    /** How long the session stayed in the state in which it is from a band on. */
    private static Duration stay(List<Band> bands, int i) {
        Band last = isSilentEnd(bands, i + 1) ? bands.get(i + 1) : bands.get(i);
        return Duration.between(bands.get(i).from(), last.to());
    }

    /** Whether a band is the silent end of the stay that the band before it began. */
    private static boolean isSilentEnd(List<Band> bands, int i) {
        if (i == 0 || i == bands.size() || !bands.get(i).silent()) {
            return false;
        }
        Band before = bands.get(i - 1);
        Band band = bands.get(i);
        return !before.silent() && before.state() == band.state() && before.transition() == band.transition();
    }

    private static boolean isFull(Band band, int count) {
        return band.isConnected() && count >= MOST_BANDS;
    }

    /** Without the CONNECTED stays at its ends. */
    private static void add(List<Episode> episodes, List<Band> bands, int begin, int end) {
        int first = begin;
        int last = end;
        while (first < last && bands.get(first).isConnected()) {
            first++;
        }
        while (first < last && bands.get(last - 1).isConnected()) {
            last--;
        }
        if (first < last) {
            episodes.add(new Episode(List.copyOf(bands.subList(first, last)), first));
        }
    }
}
