package io.perennial.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.protocol.Quarantine.Verdict;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who is tried again, when, and for whom that counts. */
@Tag("C3")
class QuarantineRetriesTest extends QuarantineRig {
    @Test
    void tellsOthersOfTheKind_whenOneHasBeenTriedInVain_andWhenItIsWellAgain() {
        RequestKey other = children("/other");
        RequestKey stranger = new RequestKey(RequestKind.GET_DATA, "/n", 0);
        for (RequestKey key : List.of(POISON, other, stranger)) {
            breakWith(key);
            breakWith(key);
            breakWith(key);
        }
        now += Duration.ofSeconds(15).toNanos();
        assertThat(verdict(stranger)).isEqualTo(Verdict.REFUSED);
        now += Duration.ofMinutes(2).toNanos();
        assertThat(List.of(verdict(POISON), verdict(other), verdict(stranger))).containsOnly(Verdict.SUSPECT);

        breakWith(other);
        assertThat(verdict(POISON)).as("of the same kind").isEqualTo(Verdict.REFUSED);
        assertThat(verdict(stranger)).as("of another").isEqualTo(Verdict.SUSPECT);

        breakWith(stranger);
        now += Duration.ofSeconds(1).toNanos();
        verdict(other);
        quarantine.answered(other);
        assertThat(verdict(POISON)).isEqualTo(Verdict.SUSPECT);
        assertThat(verdict(stranger)).as("of another").isEqualTo(Verdict.REFUSED);
    }

    @Test
    void countsConnections_thatOnlySuspectsCanHaveBroken() {
        RequestKey other = children("/other");
        breakWith();
        breakWith(POISON);
        breakWith(POISON);
        assertThat(quarantine.trialsLost()).isZero();

        breakWith(POISON);
        assertThat(quarantine.trialsLost()).isEqualTo(1);
        breakWith(POISON, other);
        assertThat(quarantine.trialsLost()).as("the other was not suspect").isEqualTo(1);
        breakWith();
        assertThat(quarantine.trialsLost()).as("nothing was under way").isEqualTo(1);
    }

    @Test
    void forgetsWhomNobodyAsksFor_andTellsWhatItKnowsNot() {
        breakWith(POISON);
        breakWith(POISON);
        now += Duration.ofMinutes(14).toNanos();
        breakWith(children("/other"));
        assertThat(quarantine.rank(POISON)).isPositive();
        now += Duration.ofMinutes(1).toNanos();
        breakWith(children("/other"));

        assertThat(quarantine.rank(POISON)).isZero();
        assertThat(quarantine.groupLimit(POISON)).isEqualTo(Integer.MAX_VALUE);
        assertThat(quarantine.isUnknown(RequestKind.ADD_WATCH)).isFalse();
        quarantine.unimplemented(RequestKind.ADD_WATCH, now);
        assertThat(quarantine.isUnknown(RequestKind.ADD_WATCH)).isTrue();
    }

    @Test
    void leavesRefusedAlone_whenAConnectionBreaksOnWhichNothingWasUnderWay() {
        for (int i = 0; i < 3; i++) {
            breakWith(POISON);
        }
        RequestKey once = children("/once");
        breakWith(once, children("/twice"));
        breakWith(children("/twice"));

        quarantine.brokeIdle();

        assertThat(quarantine.rank(POISON)).isEqualTo(Integer.MAX_VALUE);
        assertThat(quarantine.groupLimit(once)).as("lost with another").isEqualTo(1);
        breakWith(POISON);
        assertThat(verdict(POISON)).isEqualTo(Verdict.REFUSED);
    }

    @Test
    void triesNoMoreSuspects_whenUnknownKindsHaveCostTooManyConnections() {
        breakWith(POISON);
        breakWith(POISON);
        assertThat(verdict(POISON)).isEqualTo(Verdict.SUSPECT);

        for (int i = 0; i < 12; i++) {
            quarantine.unimplemented(RequestKind.ADD_WATCH, now);
        }

        assertThat(verdict(POISON)).isEqualTo(Verdict.REFUSED);
    }

    @Test
    void triesSuspectsAgain_whenAConnectionBreaksOnWhichNothingWasUnderWay() {
        for (RequestKey key : crowd(13)) {
            breakWith(key);
            breakWith(key);
            breakWith(key);
        }
        breakWith(POISON);
        breakWith(POISON);
        assertThat(verdict(POISON)).isEqualTo(Verdict.REFUSED);

        quarantine.brokeIdle();
        breakWith(POISON);

        assertThat(verdict(POISON)).isEqualTo(Verdict.SUSPECT);
    }

    @Test
    void sendsAKindAloneAgain_afterAConnectionBrokeOnIt() {
        var request = new RequestKey(RequestKind.ADD_WATCH, "/t", 0);
        quarantine.answered(request);
        assertThat(quarantine.isUnproven(RequestKind.ADD_WATCH)).isFalse();

        breakWith(request);

        assertThat(quarantine.isUnproven(RequestKind.ADD_WATCH)).isTrue();
    }

    @Test
    void looksEachMinute_whetherANewerServerHasAnswered() {
        RequestKey request = new RequestKey(RequestKind.ADD_WATCH, "/t", 0);
        quarantine.unimplemented(RequestKind.ADD_WATCH, now);

        Quarantine.Refusal refusal = quarantine.refusal(request, now);

        assertThat(refusal.retryIn()).isEqualTo(Duration.ofMinutes(1));
        assertThat(refusal.sentence())
                .isEqualTo(
                        "that a persistent watch is armed on /t came with ZooKeeper 3.6, and the server is older than"
                                + " ZooKeeper 3.6: upgrade the servers. It is left out until a newer one answers");
    }

    @Test
    void keepsItsOrder_whateverTheServerDoesNotKnow() {
        quarantine.unimplemented(RequestKind.ADD_WATCH, now);
        assertThat(quarantine.isEmpty()).isFalse();
        assertThat(quarantine.hasSuspects()).isFalse();

        breakWith(POISON);
        assertThat(quarantine.hasSuspects()).isTrue();
    }
}
