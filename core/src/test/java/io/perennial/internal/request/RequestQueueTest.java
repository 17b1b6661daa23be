package io.perennial.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.protocol.Quarantine.Verdict;
import io.perennial.internal.protocol.RequestKind;
import java.time.Duration;
import java.util.List;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RequestQueueTest extends RequestQueueRig {
    @Test
    @Tag("C3")
    void holdsSuspectBack_untilEverythingElseIsAnswered() {
        loseTwice("/big", "/a");
        read("/big");
        read("/b");
        read("/c");
        hand.pass(Duration.ofMillis(100));
        assertThat(sent).containsOnlyKeys("/b", "/c");

        answer("/b", Code.OK);
        answer("/c", Code.OK);
        assertThat(sent).isEmpty();
        hand.pass(Duration.ofMillis(60));
        assertThat(sent).containsOnlyKeys("/big");

        read("/d");
        hand.pass(Duration.ofMillis(60));
        assertThat(sent).containsOnlyKeys("/big");
        answer("/big", Code.OK);
        assertThat(sent).containsOnlyKeys("/d");
        assertThat(answers.get("/big").late()).isTrue();
        assertThat(answers.get("/b").late()).isFalse();
    }

    @Test
    @Tag("C3")
    void holdsSuspectBackNotForEver_whenThereIsAlwaysSomethingElse() {
        loseTwice("/big", "/a");
        read("/big");
        read("/busy0");
        for (int i = 0; i < 10; i++) {
            hand.pass(Duration.ofMillis(60));
            read("/busy" + (i + 1));
            if (sent.containsKey("/busy" + i)) {
                answer("/busy" + i, Code.OK);
            }
        }
        assertThat(sent).containsOnlyKeys("/big");
    }

    @Test
    @Tag("C3")
    void refusesWithoutSending_afterTheThirdLoss_andLeavesTheRestAlone() {
        for (int i = 0; i < 3; i++) {
            read("/big");
            hand.pass(Duration.ofMillis(60));
            breakConnection();
        }
        read("/big");
        read("/b");

        assertThat(sent).containsOnlyKeys("/b");
        assertThat(answers.get("/big").connectionTrouble()).isFalse();
        assertThat(answers.get("/big").code()).isEqualTo(Code.CONNECTIONLOSS);
        assertThat(answers.get("/big").refusal().sentence()).contains("/big");

        hand.pass(answers.get("/big").refusal().retryIn().plusMillis(1));
        answer("/b", Code.OK);
        read("/big");
        hand.pass(Duration.ofMillis(60));
        answer("/big", Code.OK);
        assertThat(answers.get("/big").ok()).isTrue();
        assertThat(quarantine.isEmpty()).isTrue();
    }

    @Test
    @Tag("C3")
    void goesOnAtOnce_whenConnectionsBreakWithNothingUnderWay_too() {
        for (int i = 0; i < 13; i++) {
            loseTwice("/n" + i);
        }
        for (int i = 0; i < 13; i++) {
            read("/n" + i);
        }
        assertThat(sent).isEmpty();
        assertThat(answers).hasSize(13).allSatisfy((path, reply) -> assertThat(
                        reply.refusal().retryIn())
                .isLessThan(Duration.ofSeconds(21)));

        queue.broken();
        queue = newQueue();
        for (int i = 0; i < 13; i++) {
            read("/n" + i);
        }
        assertThat(sent).hasSize(13);
    }

    @Test
    @Tag("C3")
    void removesAWatchInItsTurn_alone_whenThatWasUnderWayAsConnectionsBroke() {
        for (int i = 0; i < 2; i++) {
            submit(RequestKind.REMOVE_WATCHES, "/w");
            breakConnection();
        }
        read("/a");
        submit(RequestKind.REMOVE_WATCHES, "/w");
        read("/b");
        assertThat(sent).containsOnlyKeys("/a");
        answer("/a", Code.OK);
        assertThat(sent).containsOnlyKeys("/w");
        answer("/w", Code.OK);
        assertThat(sent).containsOnlyKeys("/b");
        assertThat(answers.get("/w").ok()).isTrue();
        assertThat(quarantine.isEmpty()).isTrue();
    }

    @Test
    @Tag("C3")
    void sendsNothingMore_onceTheConnectionHasGone() {
        read("/a");
        read("/b");
        answer("/a", Code.CONNECTIONLOSS);
        read("/c");

        assertThat(sent).containsOnlyKeys("/b");
    }

    @Test
    @Tag("C3")
    void asksAlone_whatOldServersDoNotKnow_untilOneHasAnswered() {
        read("/a");
        submit(RequestKind.ADD_WATCH, "/t1");
        submit(RequestKind.ADD_WATCH, "/t2");
        read("/b");
        assertThat(sent).containsOnlyKeys("/a");
        answer("/a", Code.OK);
        assertThat(sent).containsOnlyKeys("/t1");
        answer("/t1", Code.OK);
        assertThat(sent).containsOnlyKeys("/t2", "/b");
        assertThat(answers.get("/t1").late()).isFalse();
    }

    @Test
    @Tag("C3")
    void refusesAllOfAKind_thatTheServerDoesNotKnow() {
        submit(RequestKind.ADD_WATCH, "/t1");
        submit(RequestKind.ADD_WATCH, "/t2");
        answer("/t1", Code.UNIMPLEMENTED);

        assertThat(sent).isEmpty();
        assertThat(answers.get("/t1").code()).isEqualTo(Code.UNIMPLEMENTED);
        assertThat(answers.get("/t1").refusal().sentence()).contains("3.6");
        assertThat(answers.get("/t2").refusal().sentence()).contains("/t2", "3.6");
    }

    @Test
    @Tag("C3")
    void sendsNothing_whileAServerHangsUpOnWhatItDoesNotKnow_andSuspectsNobodyForIt() {
        loseTwice("/big", "/a");
        submit(RequestKind.ADD_WATCH, "/tree");
        answer("/tree", Code.UNIMPLEMENTED);
        read("/b");
        read("/big");
        assertThat(sent).isEmpty();

        queue.broken();

        assertThat(verdict("/b")).isEqualTo(Verdict.FREE);
        assertThat(verdict("/big")).isEqualTo(Verdict.SUSPECT);
    }

    @Test
    @Tag("C3")
    void goesOn_whenAServerDoesNotHangUpOnWhatItDoesNotKnow() {
        submit(RequestKind.ADD_WATCH, "/tree");
        answer("/tree", Code.UNIMPLEMENTED);
        read("/b");

        hand.pass(Duration.ofMillis(1_001));

        assertThat(sent).containsOnlyKeys("/b");
    }

    @Test
    @Tag("C17")
    void repeats_whatTheServerHasNoTimeFor_withBackOffAndFewerAtOnce() {
        for (int i = 0; i < 8; i++) {
            read("/n" + i);
        }
        for (int i = 0; i < 8; i++) {
            answer("/n" + i, Code.THROTTLEDOP);
        }
        assertThat(answers).isEmpty();
        assertThat(sent).isEmpty();

        hand.pass(Duration.ofMillis(51));
        assertThat(sent).isNotEmpty();
        while (answers.size() < 8) {
            String first = sent.keySet().iterator().next();
            answer(first, Code.OK);
        }
        assertThat(answers.values()).allMatch(reply -> reply.ok() && reply.late());
        assertThat(answers.keySet()).containsExactly("/n0", "/n1", "/n2", "/n3", "/n4", "/n5", "/n6", "/n7");
    }

    @Test
    @Tag("C17")
    void lowersWhatIsInFlight_whileTheServerHasNoTime() {
        for (int i = 0; i < 1_000; i++) {
            read("/n" + i);
        }
        for (int i = 0; i < 1_000; i++) {
            answer("/n" + i, Code.THROTTLEDOP);
        }
        hand.pass(Duration.ofMillis(51));
        assertThat(sent).hasSize(500);
        for (String path : List.copyOf(sent.keySet())) {
            answer(path, Code.THROTTLEDOP);
        }
        hand.pass(Duration.ofMillis(101));
        assertThat(sent).hasSize(250);
    }
}
