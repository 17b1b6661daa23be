package io.perennial.internal.session;

import static io.perennial.internal.protocol.ServerRelease.V3_5;
import static io.perennial.internal.protocol.ServerRelease.V3_5_3;
import static io.perennial.internal.protocol.ServerRelease.V3_6;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.RestorePolicy;
import io.perennial.internal.engine.HandLoop;
import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.handle.ClientHandle;
import io.perennial.internal.protocol.Quarantine;
import io.perennial.internal.protocol.ServerKnowledge;
import io.perennial.internal.request.Reply;
import io.perennial.internal.request.Requests;
import io.perennial.internal.request.Wire;
import io.perennial.internal.restore.PathSpace;
import io.perennial.internal.restore.RestoreContext;
import io.perennial.internal.state.CuratorAdmission;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("S-58")
class FirstQuestionTest {
    private static final long SESSION = 7;

    private final HandTicker ticker = new HandTicker();
    private final ThrottledLog log = new ThrottledLog("first", ticker);
    private final List<Throwable> errors = new ArrayList<>();
    private final HandLoop hand = new HandLoop(ticker, log, errors::add);
    private final ServerKnowledge servers = new ServerKnowledge();
    private final Quarantine quarantine = new Quarantine(1_000_000, servers);
    private final List<String> happened = new ArrayList<>();
    private final List<Consumer<Reply>> asked = new ArrayList<>();
    private final List<String> questions = new ArrayList<>();
    private final ClientHandle handle = handle();
    private final FirstQuestion question = new FirstQuestion(
            new RestoreContext(
                    "first",
                    hand.loop(),
                    null,
                    Runnable::run,
                    new PathSpace("", ""),
                    RestorePolicy.defaults(),
                    null,
                    log,
                    Duration.ofSeconds(5),
                    1_000_000),
            servers,
            quarantine,
            new CuratorAdmission() {
                @Override
                public void before(ClientHandle on, long sessionId, Runnable then) {
                    happened.add("next");
                    then.run();
                }

                @Override
                public void broken() {
                    happened.add("broken");
                }

                @Override
                public void skipped(ClientHandle on) {
                    happened.add("skipped");
                }
            });

    private ClientHandle handle() {
        Wire wire = (Wire) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Wire.class}, (proxy, method, arguments) -> {
                    questions.add(method.getName());
                    asked.add(answerOf(arguments[arguments.length - 1]));
                    return null;
                });
        return (ClientHandle) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ClientHandle.class}, (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("requests");
                    return new Requests(wire, hand.loop(), RestorePolicy.defaults(), quarantine);
                });
    }

    @SuppressWarnings("unchecked")
    private static Consumer<Reply> answerOf(Object argument) {
        return (Consumer<Reply>) argument;
    }

    private void connects() {
        connects(Code.OK);
    }

    private void connects(Code config) {
        servers.configRead(config);
        question.before(handle, SESSION, () -> happened.add("restored"));
        hand.run();
    }

    private void answers(Code code) {
        asked.remove(0).accept(Reply.ofNames(code.intValue(), "/zookeeper", null, List.of()));
        hand.run();
    }

    private void pass(Duration time) {
        ticker.advance(time);
        hand.run();
    }

    @Test
    void asksNothing_whenNothingWasLost() {
        connects();
        question.skipped(handle);

        assertThat(happened).containsExactly("next", "restored", "skipped");
        assertThat(asked).isEmpty();
    }

    @Test
    void goesOn_whenTheServerHasAnswered() {
        servers.lost(V3_6);
        connects();
        assertThat(happened).as("while it is asked").isEmpty();

        answers(Code.OK);

        assertThat(happened).containsExactly("next", "restored");
        assertThat(servers.has(V3_6)).isTrue();
        connects();
        assertThat(asked).as("known").isEmpty();
    }

    @Test
    void waitsForTheNextConnection_whenTheServerHangsUp_andAsksNoMore() {
        servers.lost(V3_6);
        connects();
        answers(Code.UNIMPLEMENTED);
        question.broken();
        pass(Duration.ofSeconds(2));
        assertThat(happened).containsExactly("broken");

        connects();

        assertThat(asked).isEmpty();
        assertThat(happened).containsExactly("broken", "next", "restored");
        assertThat(servers.lacks(V3_6)).isTrue();
    }

    @Test
    void goesOn_whenTheServerDoesNotHangUp_butAnswersAnotherRequest() {
        servers.lost(V3_6);
        connects();
        answers(Code.UNIMPLEMENTED);
        pass(Duration.ofSeconds(1));
        assertThat(questions).containsExactly("getEphemerals", "exists");
        assertThat(happened).isEmpty();

        answers(Code.NONODE);

        assertThat(happened).containsExactly("next", "restored");
    }

    @Test
    void doesNotGoOn_whenTheAnswerIsOfAnEarlierConnection() {
        servers.lost(V3_6);
        connects();
        answers(Code.UNIMPLEMENTED);
        pass(Duration.ofSeconds(1));
        question.broken();
        answers(Code.OK);
        assertThat(happened).containsExactly("broken");

        connects();
        pass(Duration.ofSeconds(1));

        assertThat(happened).containsExactly("broken", "next", "restored");
    }

    @Test
    void asksAgainOnTheNextConnection_whenTheAnswerIsLost_butNotForEver() {
        servers.lost(V3_6);
        for (int i = 0; i < 3; i++) {
            connects();
            pass(Duration.ofMillis(100)); // by then it is suspect
            answers(Code.CONNECTIONLOSS);
            assertThat(happened).isEmpty();
        }

        connects();

        assertThat(happened).containsExactly("next", "restored");
        assertThat(servers.lacks(V3_6)).isTrue();
    }

    @Test
    void asksA34Server_whoseConfigurationIsMissing_whatItCannotRead_onEachConnection() {
        connects(Code.NONODE);
        assertThat(questions).containsExactly("multi");
        assertThat(happened).isEmpty();

        answers(Code.MARSHALLINGERROR);

        assertThat(happened).containsExactly("next", "restored");
        assertThat(servers.lacks(V3_5)).isTrue();
        connects(Code.NONODE);
        assertThat(questions).containsExactly("multi", "multi");
        answers(Code.BADVERSION);
        assertThat(servers.lacks(V3_5)).as("upgraded with its data").isFalse();
        assertThat(happened).containsExactly("next", "restored", "next", "restored");
    }

    @ParameterizedTest
    @EnumSource(names = {"BADVERSION", "NONODE", "NOAUTH"})
    void takesALaterServer_whoseConfigurationIsMissing_forWhatItIs(Code answer) {
        connects(Code.NONODE);
        answers(answer);

        assertThat(happened).containsExactly("next", "restored");
        assertThat(servers.has(V3_5_3)).isTrue();
        assertThat(servers.lacks(V3_6)).isFalse();
    }

    @Test
    void asksBoth_oneAfterTheOther() {
        servers.lost(V3_6);
        connects(Code.NONODE);
        answers(Code.BADVERSION);
        answers(Code.OK);

        assertThat(questions).containsExactly("multi", "getEphemerals");
        assertThat(happened).containsExactly("next", "restored");
        assertThat(servers.has(V3_6)).isTrue();
    }

    @Test
    void asksForContainersAgain_whenTheAnswerIsLost() {
        connects(Code.NONODE);
        answers(Code.CONNECTIONLOSS);
        question.broken();
        assertThat(happened).containsExactly("broken");

        connects(Code.NONODE);
        answers(Code.MARSHALLINGERROR);

        assertThat(happened).containsExactly("broken", "next", "restored");
    }

    @Test
    @DisplayName("a server that is none of ZooKeeper's may have no configuration and hang up over containers")
    void goesOnWithoutAnAnswer_whenEachConnectionBreaksOverContainers() {
        for (int i = 0; i < 3; i++) {
            connects(Code.NONODE);
            pass(Duration.ofMillis(100)); // by then it is suspect
            answers(Code.CONNECTIONLOSS);
            question.broken();
        }
        happened.clear();

        connects(Code.NONODE);

        assertThat(happened).containsExactly("next", "restored");
        assertThat(questions).containsExactly("multi", "multi", "multi");
        assertThat(servers.release()).isNull();
        assertThat(errors).isEmpty();
    }

    @Test
    void takesAServer_thatDoesNotKnowContainers_forAnOldOne() {
        connects(Code.NONODE);
        answers(Code.UNIMPLEMENTED);

        assertThat(happened).containsExactly("next", "restored");
        assertThat(servers.lacks(V3_5)).isTrue();
        assertThat(errors).isEmpty();
    }

    @Test
    void asksAgainAfterADay_whetherTheServerIsUpgraded() {
        servers.unimplemented(V3_6, ticker.nanos());
        pass(Duration.ofDays(1));
        connects();
        answers(Code.OK);

        assertThat(servers.lacks(V3_6)).isFalse();
        assertThat(happened).containsExactly("next", "restored");
        assertThat(errors).isEmpty();
    }
}
