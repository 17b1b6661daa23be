package io.perennial.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.protocol.Quarantine;
import io.perennial.internal.protocol.Quarantine.Verdict;
import io.perennial.internal.protocol.RequestKey;
import io.perennial.internal.protocol.RequestKind;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C3")
class ScreeningTest {
    private final Quarantine quarantine = new Quarantine(1_048_575);
    private final Screening screening = new Screening(quarantine, new HandTicker());

    @Test
    void asksForNoKeys_whileNobodyIsSuspect() {
        PendingRequest unread = PendingRequest.transaction(
                () -> {
                    throw new AssertionError("keys cost, and nothing has gone wrong");
                },
                1,
                reply -> {},
                reply -> {});

        assertThat(screening.verdict(unread)).isEqualTo(Verdict.FREE);
        screening.answered(unread);
    }

    @Test
    void takesTheWorstOfATransaction() {
        PendingRequest several = transaction("/a", "/big", "/b");
        lose("/a", "/big");
        lose("/big");
        assertThat(screening.verdict(several)).isEqualTo(Verdict.SUSPECT);
        assertThat(screening.verdict(transaction("/a", "/b"))).isEqualTo(Verdict.FREE);
        assertThat(screening.rank(several)).isEqualTo(quarantine.rank(key("/big")));
        assertThat(screening.groupLimit(several)).isEqualTo(1);

        lose("/big");

        assertThat(screening.verdict(several)).isEqualTo(Verdict.REFUSED);
        assertThat(screening.refusal(several).sentence()).contains("/big is created");
    }

    @Test
    void suspectsAllThatWereLost_andClearsAllThatAreAnswered() {
        PendingRequest several = transaction("/a", "/b");
        PendingRequest one = transaction("/c");
        screening.lost(List.of(several, one));
        screening.lost(List.of(several, one));
        assertThat(Stream.of("/a", "/b", "/c").map(path -> screening.verdict(transaction(path))))
                .containsOnly(Verdict.SUSPECT);

        screening.answered(several);

        assertThat(screening.verdict(several)).isEqualTo(Verdict.FREE);
        assertThat(screening.verdict(one)).isEqualTo(Verdict.SUSPECT);
    }

    @Test
    void learnsWhichKindsTheServerKnows() {
        assertThat(quarantine.isUnproven(RequestKind.ADD_WATCH)).isTrue();

        screening.answered(PendingRequest.single(RequestKind.ADD_WATCH, "/t", 0, reply -> {}, reply -> {}));

        assertThat(quarantine.isUnproven(RequestKind.ADD_WATCH)).isFalse();
    }

    private void lose(String... paths) {
        screening.lost(List.of(transaction(paths)));
    }

    private static PendingRequest transaction(String... paths) {
        List<RequestKey> keys = Stream.of(paths).map(ScreeningTest::key).toList();
        return PendingRequest.transaction(() -> keys, keys.size(), reply -> {}, reply -> {});
    }

    private static RequestKey key(String path) {
        return new RequestKey(RequestKind.CREATE, path, 0);
    }
}
