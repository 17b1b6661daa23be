package io.perennial.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.RestorePolicy;
import io.perennial.internal.protocol.RequestKey;
import io.perennial.internal.protocol.RequestKind;
import java.time.Duration;
import java.util.stream.IntStream;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whose turn it is, and with how many others. */
class RequestQueueTurnsTest extends RequestQueueRig {
    /** Longer than nobody may have sent anything for everything else to be in place. */
    private static final Duration QUIET = Duration.ofMillis(60);

    @Test
    void tellsNothingMore_onceTheConnectionIsBroken() {
        read("/a");

        queue.broken();
        answer("/a", Code.OK);
        read("/b");

        assertThat(answers).isEmpty();
        assertThat(sent).isEmpty();
    }

    @Test
    void answersWhatTheClientItselfRefuses_likeARefusalOfTheServers() {
        queue.submit(PendingRequest.single(RequestKind.EXISTS, "/\0", 0, reply -> answers.put("bad", reply), reply -> {
            throw new IllegalArgumentException("invalid path");
        }));
        hand.runAll();

        assertThat(answers.get("bad").code()).isEqualTo(Code.BADARGUMENTS);
        assertThat(answers.get("bad").path()).isEqualTo("/\0");
    }

    @Test
    @Tag("C3")
    void tellsWhoseCreationGoesApart() {
        assertThat(queue.hasQuarantined()).isFalse();
        for (int i = 0; i < 2; i++) {
            submit(RequestKind.CREATE, "/big");
            breakConnection();
        }

        assertThat(queue.hasQuarantined()).isTrue();
        assertThat(queue.goesApart(new RequestKey(RequestKind.CREATE, "/big", 0)))
                .isTrue();
        assertThat(queue.goesApart(new RequestKey(RequestKind.CREATE, "/b", 0))).isFalse();
    }

    @Test
    @Tag("C3")
    void keepsTheTurn_ofWhoWaitsUntilNothingIsInFlight() {
        read("/a");
        submit(RequestKind.ADD_WATCH, "/tree");
        create("transaction", "/n");
        answer("/a", Code.OK);
        assertThat(sent).containsOnlyKeys("/tree");

        answer("/tree", Code.OK);

        assertThat(sent).containsOnlyKeys("transaction");
    }

    @Test
    @Tag("C3")
    void sendsTheLessSuspectFirst_andTheNextWithoutAnotherPause() {
        loseTwice("/big");
        loseTwice("/x", "/y");
        read("/big");
        read("/x");
        hand.pass(QUIET);
        assertThat(sent).containsOnlyKeys("/x");

        read("/b");
        answer("/x", Code.OK);
        assertThat(sent).containsOnlyKeys("/b");
        answer("/b", Code.OK);

        assertThat(sent).containsOnlyKeys("/big");
    }

    @Test
    @Tag("C3")
    void sendsSuspectsInGroups_aThirtySecondOfWhatTheyWereLostWith() {
        String[] paths = IntStream.range(0, 64).mapToObj(i -> "/n" + i).toArray(String[]::new);
        loseTwice(paths);
        for (String path : paths) {
            read(path);
        }
        hand.pass(QUIET);
        assertThat(sent).containsOnlyKeys("/n0", "/n1");

        answer("/n0", Code.OK);
        assertThat(sent).containsOnlyKeys("/n1");
        answer("/n1", Code.OK);
        assertThat(sent).containsOnlyKeys("/n2", "/n3");
    }

    @Test
    @Tag("C3")
    void sendsWithOthers_whatAnAnswerToTheSameHasCleared() {
        loseTwice("/big", "/a");
        submit(RequestKind.GET_CHILDREN, "/big", "first");
        submit(RequestKind.GET_CHILDREN, "/big", "second");
        read("/a");
        hand.pass(QUIET);
        assertThat(sent).containsOnlyKeys("first");

        answer("first", Code.OK);
        read("/b");

        assertThat(sent).containsOnlyKeys("second", "/b");
        answer("/b", Code.OK);
        answer("second", Code.OK);
        hand.pass(QUIET);
        assertThat(sent).as("still suspect").containsOnlyKeys("/a");
    }

    @Test
    @Tag("C3")
    void waitsWithASuspect_whileOthersWaitForTheRate() {
        loseTwice("/big", "/a");
        queue = newQueue(RestorePolicy.defaults().withMaxOperationsPerSecond(10));
        read("/b");
        read("/big");
        read("/c");
        answer("/b", Code.OK);
        hand.pass(QUIET);
        assertThat(sent).isEmpty();

        hand.pass(Duration.ofMillis(45));
        assertThat(sent).containsOnlyKeys("/c");
        answer("/c", Code.OK);
        hand.pass(QUIET);

        assertThat(sent).containsOnlyKeys("/big");
    }

    @Test
    @Tag("C3")
    void refusesATransaction_andNamesTheOneThatIsToBlame() {
        for (int i = 0; i < 3; i++) {
            submit(RequestKind.CREATE, "/big");
            hand.pass(QUIET);
            breakConnection();
        }

        create("first", "/b", "/big", "/c");
        create("second", "/b", "/c");

        assertThat(answers.get("first").refusal().sentence()).contains("/big is created");
        assertThat(sent).containsOnlyKeys("second");
    }

    @Test
    @Tag("C3")
    void leavesAloneWhatIsOfAnotherKind_thanTheServerDoesNotKnow() {
        submit(RequestKind.ADD_WATCH, "/t1");
        submit(RequestKind.ADD_WATCH, "/t2");
        read("/b");
        answer("/t1", Code.UNIMPLEMENTED);
        assertThat(answers).containsOnlyKeys("/t1", "/t2");
        assertThat(answers.get("/t1").refusal().sentence()).contains("upgrade the servers");

        hand.pass(Duration.ofMillis(1_001));
        assertThat(sent).as("as it did not hang up").containsOnlyKeys("/b");

        queue.broken();
        queue = newQueue();
        submit(RequestKind.ADD_WATCH, "/t3");
        assertThat(answers.get("/t3").code()).isEqualTo(Code.UNIMPLEMENTED);
    }

    @Test
    @Tag("C17")
    void countsWhatTheServerHasPutOff_untilItAnswers() {
        read("/a");
        read("/b");
        answer("/a", Code.THROTTLEDOP);
        answer("/b", Code.THROTTLEDOP);
        assertThat(queue.putOff()).isEqualTo(2);

        hand.pass(QUIET);
        answer("/a", Code.THROTTLEDOP);
        assertThat(queue.putOff()).isEqualTo(2);
        answer("/b", Code.OK);
        assertThat(queue.putOff()).isEqualTo(1);
        read("/c");
        hand.pass(Duration.ofMillis(101));
        answer("/c", Code.OK);
        assertThat(queue.putOff()).isEqualTo(1);
    }

    @Test
    @Tag("C17")
    void repeatsTransactions_too() {
        create("transaction", "/n");
        answer("transaction", Code.THROTTLEDOP);

        hand.pass(QUIET);

        assertThat(sent).containsOnlyKeys("transaction");
    }

    @Test
    @Tag("C17")
    void sendsMoreAgain_withEachAnswer_upToTheLimit() {
        queue = newQueue(RestorePolicy.defaults().withMaxRequestsInFlight(4));
        IntStream.range(0, 20).forEach(i -> read("/n" + i));
        assertThat(sent).hasSize(4);
        IntStream.range(0, 4).forEach(i -> answer("/n" + i, Code.THROTTLEDOP));
        hand.pass(QUIET);
        assertThat(sent).hasSize(2);

        answerAny();
        assertThat(sent).hasSize(3);
        for (int i = 0; i < 3; i++) {
            answerAny();
            assertThat(sent).hasSize(4);
        }
    }

    @Test
    @Tag("C17")
    void pausesShortlyAgain_onceTheServerHasAnswered() {
        read("/a");
        for (int i = 0; i < 7; i++) {
            answer("/a", Code.THROTTLEDOP);
            hand.pass(Duration.ofSeconds(6));
        }
        answer("/a", Code.OK);
        read("/b");
        answer("/b", Code.THROTTLEDOP);

        hand.pass(QUIET);

        assertThat(sent).containsOnlyKeys("/b");
    }

    private void answerAny() {
        answer(sent.keySet().iterator().next(), Code.OK);
    }
}
