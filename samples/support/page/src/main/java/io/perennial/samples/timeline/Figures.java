package io.perennial.samples.timeline;

import io.perennial.SessionState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A session's history in figures.
 *
 * @param observed time in which it was started and not closed
 * @param connected of that, in CONNECTED, without the silence before a loss
 * @param outages how many outages it had after it was first CONNECTED
 * @param longest the longest of these, or null
 * @param lossesByKind how often it was lost, for each kind
 * @param restorations how many restorations there were
 * @param medianRestoration the median length of a restoration, or null
 */
record Figures(
        Duration observed,
        Duration connected,
        int outages,
        @Nullable Outage longest,
        Map<String, Long> lossesByKind,
        int restorations,
        @Nullable Duration medianRestoration) {

    /** An outage. */
    record Outage(Instant from, Duration length, boolean lasts) {}

    /** From 0 to 1. */
    double share() {
        return observed.isZero() ? 0 : Lengths.seconds(connected) / Lengths.seconds(observed);
    }

    long losses() {
        return lossesByKind.values().stream().mapToLong(Long::longValue).sum();
    }

    static Figures of(History history, List<Band> bands) {
        Duration observed = Duration.ZERO;
        Duration connected = Duration.ZERO;
        int outages = 0;
        Outage longest = null;
        Instant left = null; // when CONNECTED was left
        for (int i = 0; i < bands.size(); i++) {
            Band band = bands.get(i);
            if (isOver(band)) {
                left = null;
                continue;
            }
            observed = observed.plus(band.length());
            if (band.isConnected()) {
                connected = connected.plus(band.length());
                left = band.to();
            } else if (left != null) {
                boolean last = i + 1 == bands.size();
                Duration length = Duration.between(left, band.to());
                outages += i > 0 && bands.get(i - 1).isConnected() ? 1 : 0;
                if (longest == null || length.compareTo(longest.length()) > 0) {
                    longest = new Outage(left, length, last);
                }
            }
        }
        List<Duration> times = history.restorationTimes().stream().sorted().toList();
        return new Figures(
                observed,
                connected,
                outages,
                longest,
                history.losses().stream()
                        .collect(Collectors.groupingBy(Loss::kind, TreeMap::new, Collectors.counting())),
                times.size(),
                times.isEmpty() ? null : median(times));
    }

    private static boolean isOver(Band band) {
        return band.state() == SessionState.LATENT || band.state() == SessionState.CLOSED;
    }

    private static Duration median(List<Duration> sorted) {
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : sorted.get(middle - 1).plus(sorted.get(middle)).dividedBy(2);
    }
}
