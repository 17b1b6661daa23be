package io.perennial.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.protocol.Quarantine.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How many connections and round trips it takes, played against servers that break them. */
@Tag("C3")
class QuarantinePlayTest extends QuarantineRig {
    @Test
    void findsOneAmongAThousand_withinSixConnections_andOthersAreDoneAfterFour() {
        List<RequestKey> all = new ArrayList<>(List.of(crowd(1_000)));
        all.add(617, POISON);
        Connections play = new Connections(all, List.of(POISON));

        play.until(() -> verdict(POISON) == Verdict.REFUSED);

        assertThat(play.lost).isLessThanOrEqualTo(6);
        assertThat(play.unanswered).containsExactly(POISON);
        assertThat(play.roundTrips).isLessThan(120);
    }

    @Test
    void spendsFewConnectionsAMinute_onAHundredCulprits() {
        List<RequestKey> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(children("/big" + i));
        }
        List<RequestKey> culprits = List.copyOf(all);
        all.addAll(List.of(crowd(400)));
        Connections play = new Connections(all, culprits);
        play.until(() -> play.unanswered.stream().noneMatch(this::maySend));
        assertThat(play.lost).isLessThanOrEqualTo(30);
        assertThat(play.unanswered).hasSizeLessThan(120).containsAll(culprits);

        for (int minute = 0; minute < 30; minute++) {
            int before = play.lost;
            for (int second = 0; second < 60; second++) {
                now += Duration.ofSeconds(1).toNanos();
                play.connection();
            }
            assertThat(play.lost - before).isLessThan(10);
        }
        assertThat(play.unanswered).containsExactlyElementsOf(culprits);
    }

    @Test
    void spendsFewConnectionsAMinute_onPoisonOfEveryKind_whileTheNetworkIsCutNowAndThen() {
        List<RequestKey> culprits = Stream.of(RequestKind.values())
                .map(kind -> new RequestKey(kind, "/poison", 0))
                .toList();
        List<RequestKey> all = new ArrayList<>(List.of(crowd(400)));
        all.addAll(culprits);
        Connections play = new Connections(all, culprits);
        for (int minute = 0; minute < 15; minute++) {
            int before = play.lost;
            for (int second = 0; second < 60; second++) {
                now += Duration.ofSeconds(1).toNanos();
                play.connection();
                if (second % 30 == 29) {
                    quarantine.brokeIdle();
                }
            }
            assertThat(play.lost - before).isLessThan(minute == 0 ? 60 : 10);
        }
        assertThat(play.unanswered).containsExactlyInAnyOrderElementsOf(culprits);
    }

    @Test
    void convictsNobody_whenServersDieAgainAndAgain() {
        var random = new Random(4711);
        for (int round = 0; round < 20; round++) {
            List<RequestKey> all = List.of(crowd(2_000));
            Connections play = new Connections(all, List.of());
            int died = 0;
            while (!play.unanswered.isEmpty()) {
                assertThat(++died).isLessThan(60);
                play.dyingAfter(1 + random.nextInt(12));
                assertThat(all).noneMatch(key -> verdict(key) == Verdict.REFUSED);
                now += Duration.ofMillis(300).toNanos();
            }
        }
    }

    private boolean maySend(RequestKey key) {
        return verdict(key) != Verdict.REFUSED;
    }

    /** A server that answers in order, and connections that break at culprits, or at the server's death. */
    private final class Connections {
        private final List<RequestKey> unanswered;
        private final List<RequestKey> culprits;
        private int lost;
        private int roundTrips;

        private Connections(List<RequestKey> all, List<RequestKey> culprits) {
            this.unanswered = new ArrayList<>(all);
            this.culprits = culprits;
        }

        private void until(BooleanSupplier done) {
            for (int i = 0; i < 1_000 && !done.getAsBoolean(); i++) {
                connection();
                now += Duration.ofMillis(700).toNanos();
            }
            assertThat(done.getAsBoolean()).isTrue();
        }

        private void connection() {
            dyingAfter(Integer.MAX_VALUE);
        }

        private void dyingAfter(int mostRoundTrips) {
            int left = mostRoundTrips;
            while (true) {
                List<RequestKey> group = next();
                if (group.isEmpty()) {
                    return;
                }
                roundTrips++;
                int culprit = IntStream.range(0, group.size())
                        .filter(i -> culprits.contains(group.get(i)))
                        .findFirst()
                        .orElse(group.size());
                int answers = --left == 0 ? Math.min(culprit, group.size() / 2) : culprit;
                for (RequestKey answered : group.subList(0, answers)) {
                    quarantine.answered(answered);
                    unanswered.remove(answered);
                }
                if (answers < group.size()) {
                    lost++;
                    broke(group.subList(answers, group.size()));
                }
                if (answers < group.size() || left == 0) {
                    return;
                }
            }
        }

        private void broke(List<RequestKey> under) {
            RequestKind kind = under.get(0).kind();
            if (kind.mayBeUnknown() && under.size() == 1) {
                quarantine.unimplemented(kind, now);
            } else {
                quarantine.broke(under, now);
            }
        }

        /** As {@code RequestQueue} does: what may be unknown alone, all else that is free, then the least suspect. */
        private List<RequestKey> next() {
            List<RequestKey> free = unanswered.stream()
                    .filter(key -> verdict(key) == Verdict.FREE)
                    .toList();
            List<RequestKey> unproven = free.stream()
                    .filter(key -> quarantine.isUnproven(key.kind()))
                    .limit(1)
                    .toList();
            return !unproven.isEmpty() ? unproven : free.isEmpty() ? suspects() : free;
        }

        private List<RequestKey> suspects() {
            List<RequestKey> suspects = unanswered.stream()
                    .filter(key -> verdict(key) == Verdict.SUSPECT)
                    .toList();
            int rank = suspects.stream().mapToInt(quarantine::rank).min().orElse(0);
            List<RequestKey> group = new ArrayList<>();
            int limit = Integer.MAX_VALUE;
            for (RequestKey key : suspects) {
                if (quarantine.rank(key) == rank) {
                    limit = Math.min(limit, quarantine.groupLimit(key));
                    if (!group.isEmpty() && group.size() >= limit) {
                        break;
                    }
                    group.add(key);
                }
            }
            return group;
        }
    }
}
