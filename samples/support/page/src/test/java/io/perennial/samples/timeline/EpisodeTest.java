package io.perennial.samples.timeline;

import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.CONNECTING;
import static io.perennial.SessionState.LOST;
import static io.perennial.SessionState.RESTORING;
import static io.perennial.SessionState.SUSPENDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.SessionState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EpisodeTest {
    /** A hundredth of it, one second, is what a session has to be back for. */
    private static final Duration WHOLE = Duration.ofSeconds(100);

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final List<Band> bands = new ArrayList<>();
    private Instant now = START;
    private int transition = -1;

    private EpisodeTest stay(SessionState state, long millis) {
        transition++;
        return band(state, millis, false);
    }

    /** The rest of the stay that has just begun. */
    private EpisodeTest silent(long millis) {
        return band(bands.get(bands.size() - 1).state(), millis, true);
    }

    private EpisodeTest silentStay(SessionState state, long millis) {
        transition++;
        return band(state, millis, true);
    }

    private EpisodeTest band(SessionState state, long millis, boolean silent) {
        Instant end = now.plusMillis(millis);
        bands.add(new Band(state, now, end, transition, silent));
        now = end;
        return this;
    }

    private List<List<Integer>> episodes() {
        return Episode.of(bands, WHOLE).stream()
                .map(episode -> List.of(episode.first(), episode.end()))
                .toList();
    }

    @Test
    void isOneForEachOutage_whereTheSessionWasBackForLongEnough() {
        stay(CONNECTING, 500).stay(CONNECTED, 2_000);
        stay(SUSPENDED, 300).stay(RESTORING, 20).stay(CONNECTED, 1_000);
        stay(SUSPENDED, 300).stay(RESTORING, 20).stay(CONNECTED, 2_000);

        assertThat(episodes()).containsExactly(List.of(0, 1), List.of(2, 4), List.of(5, 7));
    }

    @Test
    void goesOn_whereTheSessionWasNotBackForLongEnough() {
        stay(CONNECTED, 2_000);
        stay(SUSPENDED, 300).stay(RESTORING, 20).stay(CONNECTED, 600).silent(399);
        stay(SUSPENDED, 300).stay(LOST, 20).stay(CONNECTED, 2_000);

        assertThat(episodes()).containsExactly(List.of(1, 7));
    }

    @Test
    void countsAStayWhole_whenItsEndIsSilent() {
        stay(CONNECTED, 2_000);
        stay(SUSPENDED, 300).stay(RESTORING, 20).stay(CONNECTED, 600).silent(400);
        stay(SUSPENDED, 300).stay(LOST, 20).stay(CONNECTED, 2_000);

        assertThat(episodes()).containsExactly(List.of(1, 3), List.of(4, 7));
        assertThat(Episode.of(bands, WHOLE).get(1).away()).isEqualTo(Duration.ofMillis(720));
    }

    @Test
    void countsAStayWhole_whenAllOfItIsSilent() {
        stay(CONNECTED, 2_000);
        stay(SUSPENDED, 300).stay(RESTORING, 20).silentStay(CONNECTED, 1_000);
        stay(SUSPENDED, 300).stay(LOST, 20).stay(CONNECTED, 2_000);

        assertThat(episodes()).containsExactly(List.of(1, 3), List.of(3, 6));
    }

    @Test
    void beginsWithTheSilence_whenTheSessionHadBeenWell() {
        stay(CONNECTED, 5_000).silent(3_000).stay(SUSPENDED, 300).stay(LOST, 20).stay(CONNECTED, 2_000);

        assertThat(episodes()).containsExactly(List.of(1, 4));
    }
}
