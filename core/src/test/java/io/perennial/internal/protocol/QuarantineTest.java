package io.perennial.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.protocol.Quarantine.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C3")
class QuarantineTest extends QuarantineRig {
    @Test
    void freesWhoeverIsAnswered() {
        breakWith(POISON);
        breakWith(POISON);
        assertThat(verdict(POISON)).isEqualTo(Verdict.SUSPECT);

        quarantine.answered(POISON);

        assertThat(verdict(POISON)).isEqualTo(Verdict.FREE);
        assertThat(quarantine.isEmpty()).isTrue();
    }

    @Test
    void refusesAfterTheThirdLoss_whenAlone() {
        breakWith(POISON);
        assertThat(verdict(POISON)).isEqualTo(Verdict.FREE);
        breakWith(POISON);
        assertThat(verdict(POISON)).isEqualTo(Verdict.SUSPECT);
        breakWith(POISON);
        assertThat(verdict(POISON)).isEqualTo(Verdict.REFUSED);

        assertThat(quarantine.refusal(POISON, now).sentence())
                .startsWith("the connection breaks whenever /big's children are read: is the answer longer than"
                        + " jute.maxbuffer, 1,048,575?");
    }

    @Test
    void refusesNobodyInACrowd_howeverOftenTheConnectionBreaks() {
        RequestKey[] crowd = crowd(40);
        for (int i = 0; i < 100; i++) {
            breakWith(crowd);
        }

        assertThat(crowd).allMatch(key -> verdict(key) == Verdict.SUSPECT);
    }

    @Test
    void triesAgain_everMoreRarely_andHeals() {
        for (int i = 0; i < 3; i++) {
            breakWith(POISON);
        }
        Duration before = Duration.ZERO;
        for (int i = 0; i < 8; i++) {
            Duration wait = quarantine.refusal(POISON, now).retryIn();
            assertThat(wait).isGreaterThan(before.multipliedBy(6).dividedBy(5)).isLessThan(Duration.ofMinutes(7));
            before = wait.compareTo(Duration.ofMinutes(3)) > 0 ? Duration.ofMinutes(2) : wait;
            now += wait.toNanos() - Duration.ofMillis(10).toNanos();
            assertThat(verdict(POISON)).isEqualTo(Verdict.REFUSED);
            now += Duration.ofMillis(20).toNanos();
            assertThat(verdict(POISON)).isEqualTo(Verdict.SUSPECT);
            breakWith(POISON);
        }
        now += Duration.ofMinutes(7).toNanos();
        assertThat(verdict(POISON)).isEqualTo(Verdict.SUSPECT);

        quarantine.answered(POISON);

        assertThat(verdict(POISON)).isEqualTo(Verdict.FREE);
    }

    @Test
    void retriesOneForAll_ofAKind() {
        RequestKey other = children("/other");
        for (int i = 0; i < 3; i++) {
            breakWith(POISON);
        }
        for (int i = 0; i < 3; i++) {
            breakWith(other);
        }
        now += Duration.ofSeconds(20).toNanos();
        assertThat(verdict(POISON)).isEqualTo(Verdict.SUSPECT);

        breakWith(other);
        assertThat(verdict(POISON)).isEqualTo(Verdict.REFUSED);

        now += Duration.ofSeconds(60).toNanos();
        verdict(other);
        quarantine.answered(other);
        assertThat(verdict(POISON)).isEqualTo(Verdict.SUSPECT);
    }

    @Test
    void spendsFewConnectionsAMinute_onRetriesOfManyKinds() {
        List<RequestKey> culprits = new ArrayList<>();
        for (RequestKind kind : RequestKind.values()) {
            culprits.add(new RequestKey(kind, "/n", 0));
        }
        for (RequestKey culprit : culprits) {
            for (int i = 0; i < 3; i++) {
                breakWith(culprit);
            }
        }
        int lost = 0;
        for (int second = 0; second < 60; second++) {
            for (RequestKey culprit : culprits) {
                if (verdict(culprit) == Verdict.SUSPECT) {
                    breakWith(culprit);
                    lost++;
                }
            }
            now += Duration.ofSeconds(1).toNanos();
        }
        assertThat(lost).isLessThan(10);
        assertThat(culprits)
                .allMatch(key -> !quarantine.refusal(key, now).retryIn().isNegative());
    }

    @Test
    void letsSuspectsPass_whileRetriesOfOthersMustWait() {
        List<RequestKey> culprits = List.of(children("/big0"), children("/big1"), children("/big2"));
        for (RequestKey culprit : culprits) {
            for (int i = 0; i < 3; i++) {
                breakWith(culprit);
            }
        }
        for (int second = 0; second < 600; second++) {
            for (RequestKey culprit : culprits) {
                if (verdict(culprit) == Verdict.SUSPECT) {
                    breakWith(culprit);
                }
            }
            now += Duration.ofSeconds(1).toNanos();
            RequestKey[] innocent = {children("/a" + second), children("/b" + second)};
            quarantine.broke(List.of(innocent), now);
            quarantine.broke(List.of(innocent), now);
            assertThat(innocent).allMatch(key -> verdict(key) == Verdict.SUSPECT);
        }
    }

    @Test
    void remembersABoundedNumber_andTheCulpritAmongThem() {
        int rounds = 10;
        RequestKey[][] fresh = new RequestKey[rounds][];
        for (int round = 0; round < rounds; round++) {
            int from = round * 10_000;
            fresh[round] = IntStream.range(from, from + 10_000)
                    .mapToObj(i -> new RequestKey(RequestKind.GET_DATA, "/n" + i, 0))
                    .toArray(RequestKey[]::new);
            if (verdict(POISON) != Verdict.REFUSED) {
                breakWith(POISON);
            }
            breakWith(fresh[round]);
            now += Duration.ofSeconds(1).toNanos();
        }

        assertThat(Stream.of(fresh).flatMap(Stream::of).filter(key -> quarantine.rank(key) > 0))
                .hasSizeLessThanOrEqualTo(Quarantine.MOST_REMEMBERED)
                .hasSizeGreaterThan(Quarantine.MOST_REMEMBERED / 2)
                .contains(fresh[rounds - 1]);
        assertThat(quarantine.rank(POISON))
                .as("refused, be its retry due or not")
                .isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void doubtsWhomItSuspects_whenAConnectionBreaksOnWhichNothingWasUnderWay() {
        RequestKey[] crowd = crowd(10);
        for (RequestKey key : crowd) {
            breakWith(key);
            breakWith(key);
        }
        for (int i = 0; i < 3; i++) {
            breakWith(POISON);
        }
        assertThat(crowd).as("so many trials were lost").allMatch(key -> verdict(key) == Verdict.REFUSED);

        quarantine.brokeIdle();

        assertThat(crowd).allMatch(key -> verdict(key) == Verdict.FREE);
        assertThat(verdict(POISON)).isEqualTo(Verdict.REFUSED);
    }

    @Test
    void keepsRefusalsApartByContents() {
        RequestKey large = new RequestKey(RequestKind.SET_DATA, "/n", 2_000_000);
        for (int i = 0; i < 3; i++) {
            breakWith(large);
        }

        assertThat(verdict(large)).isEqualTo(Verdict.REFUSED);
        assertThat(verdict(new RequestKey(RequestKind.SET_DATA, "/n", 10))).isEqualTo(Verdict.FREE);
        assertThat(quarantine.refusal(large, now).sentence())
                .contains("/n is written with 2,000,000 bytes of data", "servers' jute.maxbuffer");
    }

    @Test
    void tellsAllOfAKindApart_thatTheServerDoesNotKnow() {
        RequestKey tree = new RequestKey(RequestKind.ADD_WATCH, "/tree", 0);
        assertThat(quarantine.isUnproven(RequestKind.ADD_WATCH)).isTrue();
        assertThat(quarantine.isUnproven(RequestKind.GET_DATA)).isFalse();

        quarantine.unimplemented(RequestKind.ADD_WATCH, now);

        assertThat(verdict(tree)).isEqualTo(Verdict.REFUSED);
        assertThat(quarantine.refusal(tree, now).sentence()).contains("persistent watch", "/tree", "ZooKeeper 3.6");
        now += Duration.ofHours(20).toNanos();
        assertThat(verdict(tree)).as("answered before").isEqualTo(Verdict.REFUSED);
        assertThat(quarantine.isUnproven(RequestKind.ADD_WATCH)).isTrue();

        quarantine.answered(tree);
        assertThat(verdict(tree)).isEqualTo(Verdict.FREE);
        assertThat(quarantine.isUnproven(RequestKind.ADD_WATCH)).isFalse();
        assertThat(quarantine.isEmpty()).isTrue();
    }

    @Test
    void keepsNodesApart_thatBrokeConnectionsTogether_forAWhile() {
        RequestKey[] batch = IntStream.range(0, 50)
                .mapToObj(i -> new RequestKey(RequestKind.CREATE, "/n" + i, 100))
                .toArray(RequestKey[]::new);
        breakWith(batch);
        assertThat(batch).noneMatch(key -> quarantine.goesApart(key, now));
        breakWith(batch);
        assertThat(batch).allMatch(key -> quarantine.goesApart(key, now));

        for (RequestKey key : batch) {
            quarantine.answered(key);
        }

        assertThat(batch).allMatch(key -> quarantine.goesApart(key, now) && verdict(key) == Verdict.FREE);
        now += Duration.ofMinutes(16).toNanos();
        assertThat(batch).noneMatch(key -> quarantine.goesApart(key, now));
        assertThat(quarantine.isEmpty()).isTrue();
    }
}
