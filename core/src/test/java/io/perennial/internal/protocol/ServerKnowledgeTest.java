package io.perennial.internal.protocol;

import static io.perennial.internal.protocol.ServerRelease.V3_5;
import static io.perennial.internal.protocol.ServerRelease.V3_5_3;
import static io.perennial.internal.protocol.ServerRelease.V3_6;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("S-58")
class ServerKnowledgeTest {
    private static final long DAY = Duration.ofDays(1).toNanos();

    private final ServerKnowledge servers = new ServerKnowledge();
    private long now = -5; // the clock's zero means nothing

    @Test
    void knowsNothingAtFirst_andTakesNothingForLacking() {
        assertThat(servers.has(V3_5)).isFalse();
        assertThat(servers.lacks(V3_6)).isFalse();
        assertThat(servers.isComplete()).isTrue();
        assertThat(servers.asksFirst(now)).isFalse();
        assertThat(servers.release()).isNull();
        assertThat(servers.isProven(RequestKind.GET_DATA)).isTrue();
        assertThat(servers.isProven(RequestKind.ADD_WATCH)).isFalse();
    }

    @Test
    void tells34_byTheConfigurationThatIsNotThere_andWhatComesAfterIt() {
        servers.configRead(Code.NONODE);
        assertThat(servers.isComplete()).as("a later server may have lost it").isTrue();
        assertThat(servers.asksForContainers()).isTrue();
        servers.containersAsked(false);

        assertThat(servers.lacks(V3_5)).isTrue();
        assertThat(servers.asksForContainers()).isFalse();
        assertThat(servers.lacks(V3_5_3)).isTrue();
        assertThat(servers.lacks(V3_6)).isTrue();
        assertThat(servers.isUnknown(RequestKind.REMOVE_WATCHES)).isTrue();
        assertThat(servers.isUnknown(RequestKind.CREATE)).isFalse();
        assertThat(servers.asksFirst(now + 2 * DAY))
                .as("the configuration tells")
                .isFalse();
        assertThat(servers.release()).isEqualTo("older than ZooKeeper 3.5");
        servers.configRead(Code.NONODE);
        assertThat(servers.asksForContainers()).as("on the next connection").isTrue();
    }

    /** One whose data came from 3.4. */
    @Test
    void takesALaterServerForWhatItIs_thoughItLacksTheConfiguration() {
        servers.configRead(Code.NONODE);
        servers.containersAsked(true);

        assertThat(servers.has(V3_5_3)).isTrue();
        assertThat(servers.isComplete()).isTrue();
        assertThat(servers.asksForConfig()).isFalse();
        servers.lost(V3_5);
        servers.configRead(Code.NONODE);
        assertThat(servers.asksForContainers()).as("once more, after a doubt").isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"OK", "NOAUTH"})
    void tells35_byTheConfiguration_andNothingMore(Code code) {
        servers.configRead(code);

        assertThat(servers.has(V3_5)).isTrue();
        assertThat(servers.has(V3_5_3)).isFalse();
        assertThat(servers.lacks(V3_6)).isFalse();
        assertThat(servers.release()).isEqualTo("of ZooKeeper 3.5 or later");
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECTIONLOSS", "THROTTLEDOP", "SESSIONEXPIRED", "SYSTEMERROR"})
    void learnsNothing_fromWhatIsNoAnswer(Code code) {
        servers.containersAsked(false);
        servers.configRead(code);
        assertThat(servers.lacks(V3_5)).isTrue();
    }

    @Test
    void noticesAnUpgradeFrom34_withTheNextConnection() {
        servers.containersAsked(false);
        servers.configRead(Code.OK);

        assertThat(servers.isComplete()).isTrue();
        assertThat(servers.has(V3_5)).isTrue();
        assertThat(servers.isProven(RequestKind.ADD_WATCH)).isFalse();
    }

    @Test
    void noticesAnUpgradeFrom34_thoughTheConfigurationIsStillMissing() {
        servers.configRead(Code.NONODE);
        servers.containersAsked(false);
        servers.configRead(Code.NONODE);
        servers.containersAsked(true);

        assertThat(servers.isComplete()).isTrue();
        assertThat(servers.has(V3_5_3)).isTrue();
    }

    @Test
    void noticesAnOlderServer_whateverAnotherHasAnswered() {
        servers.answered(V3_6);
        assertThat(servers.release()).isEqualTo("of ZooKeeper 3.6 or later");
        servers.containersAsked(false);

        assertThat(servers.has(V3_5)).isFalse();
        assertThat(servers.lacks(V3_6)).isTrue();
    }

    @Test
    void takesAnAnswer_asProofOfAllThatCameBefore() {
        servers.answered(RequestKind.GET_EPHEMERALS);

        assertThat(servers.isProven(RequestKind.ADD_WATCH)).isTrue();
        assertThat(servers.isProven(RequestKind.CREATE_CONTAINER)).isTrue();
        servers.configRead(Code.OK);
        assertThat(servers.has(V3_6)).isTrue();
    }

    @Test
    void doesNotAskAgain_forADay_onWhateverConnection() {
        servers.configRead(Code.OK);
        servers.unimplemented(RequestKind.ADD_WATCH, now);
        servers.configRead(Code.OK);

        assertThat(servers.isUnknown(RequestKind.GET_EPHEMERALS)).isTrue();
        assertThat(servers.isUnknown(RequestKind.CREATE_CONTAINER)).isFalse();
        assertThat(servers.has(V3_5)).isTrue();
        assertThat(servers.release()).isEqualTo("of ZooKeeper 3.5, older than ZooKeeper 3.6");
        assertThat(servers.asksFirst(now + DAY - 1)).isFalse();
        assertThat(servers.asksFirst(now + DAY)).isTrue();
        assertThat(servers.isUnknown(RequestKind.ADD_WATCH)).isTrue();

        servers.askingFirst();
        assertThat(servers.isUnknown(RequestKind.ADD_WATCH)).isFalse();
        servers.unimplemented(RequestKind.GET_EPHEMERALS, now + DAY);
        assertThat(servers.asksFirst(now + DAY)).isFalse();
        assertThat(servers.isUnknown(RequestKind.ADD_WATCH)).isTrue();
    }

    @Test
    void asksAgainWhetherItIsUpgraded_onEachConnection_untilThatIsAnswered() {
        servers.unimplemented(RequestKind.ADD_WATCH, now - DAY);
        servers.askingFirst();
        assertThat(servers.asksFirst(now)).isTrue();
        servers.answered(RequestKind.GET_EPHEMERALS);
        assertThat(servers.asksFirst(now)).isFalse();
        assertThat(servers.isProven(RequestKind.ADD_WATCH)).isTrue();
    }

    @Test
    void asksFirst_onceSuchARequestWasLost() {
        servers.configRead(Code.OK);
        servers.answered(RequestKind.ADD_WATCH);
        servers.lost(RequestKind.ADD_WATCH);

        assertThat(servers.has(V3_5)).isTrue();
        assertThat(servers.isProven(RequestKind.ADD_WATCH)).isFalse();
        assertThat(servers.asksFirst(now)).isTrue();
        servers.answered(RequestKind.GET_EPHEMERALS);
        assertThat(servers.asksFirst(now)).isFalse();
    }

    @Test
    void asksNothingFirst_forWhatTheConfigurationTells() {
        servers.configRead(Code.OK);
        servers.lost(RequestKind.REMOVE_WATCHES);
        servers.lost(RequestKind.GET_DATA);

        servers.lost(RequestKind.CREATE_CONTAINER);

        assertThat(servers.isProven(RequestKind.REMOVE_WATCHES)).isTrue();
        assertThat(servers.asksFirst(now)).isFalse();
    }

    @Test
    void givesUp_whenEvenTheFirstQuestionIsLost_againAndAgain_butNotForLong() {
        servers.configRead(Code.OK);
        servers.lost(RequestKind.GET_EPHEMERALS);
        for (int i = 0; i < 2; i++) {
            servers.firstQuestionLost(now);
            assertThat(servers.isUnknown(RequestKind.ADD_WATCH)).isFalse();
            assertThat(servers.asksFirst(now)).isTrue();
        }
        servers.firstQuestionLost(now);

        assertThat(servers.isUnknown(RequestKind.ADD_WATCH)).isTrue();
        assertThat(servers.asksFirst(now)).isFalse();
        assertThat(servers.asksFirst(now + Duration.ofMinutes(10).toNanos())).isTrue();
    }

    @Test
    void forgetsInTime_whatAServerLacked_onAConnectionThatLasts() {
        servers.configRead(Code.OK);
        servers.unimplemented(RequestKind.ADD_WATCH, now);
        servers.tick(now + DAY - 1);
        assertThat(servers.isUnknown(RequestKind.ADD_WATCH)).isTrue();

        servers.tick(now + DAY);

        assertThat(servers.isUnknown(RequestKind.ADD_WATCH)).isFalse();
        assertThat(servers.isProven(RequestKind.ADD_WATCH)).isFalse();
        assertThat(servers.asksFirst(now + DAY)).as("on the next connection").isTrue();
        servers.answered(RequestKind.ADD_WATCH);
        servers.tick(now + 2 * DAY);
        assertThat(servers.isProven(RequestKind.ADD_WATCH)).isTrue();
    }

    @Test
    void forgetsNothing_ofAServerBefore35() {
        servers.configRead(Code.NONODE);
        servers.containersAsked(false);
        servers.tick(now + 2 * DAY);

        assertThat(servers.isUnknown(RequestKind.ADD_WATCH)).isTrue();
    }

    @Test
    void takesNoServerForOld_becauseOtherRequestsAreLost_howeverOften() {
        for (int i = 0; i < 20; i++) {
            servers.configRead(Code.OK);
            servers.lost(RequestKind.ADD_WATCH);
        }
        assertThat(servers.isComplete()).isTrue();
        assertThat(servers.asksFirst(now)).isTrue();
    }

    @Test
    void countsOnlyQuestionsThatAreLostInARow() {
        for (int i = 0; i < 20; i++) {
            servers.lost(RequestKind.ADD_WATCH);
            servers.firstQuestionLost(now);
            servers.answered(RequestKind.ADD_WATCH);
        }
        assertThat(servers.isComplete()).isTrue();
    }

    @Test
    void namesTheOldestRelease_thatIsKnownToBeTooNew() {
        assertThat(servers.refusal("a container", V3_5_3))
                .isEqualTo("a container came with ZooKeeper 3.5.3, and the server is older than ZooKeeper 3.5.3:"
                        + " upgrade the servers");
        servers.containersAsked(false);
        assertThat(servers.refusal("a container", V3_5_3)).contains("older than ZooKeeper 3.5:");
        servers.configRead(Code.OK);
        servers.unimplemented(RequestKind.ADD_WATCH, now);
        assertThat(servers.refusal("a container", V3_5_3)).contains("older than ZooKeeper 3.5.3:");
    }

    @Test
    void asksForTheConfiguration_untilAServerHasIt_andAfterALoss() {
        assertThat(servers.asksForConfig()).isTrue();
        servers.configRead(Code.NONODE);
        servers.configRead(Code.CONNECTIONLOSS);
        assertThat(servers.asksForConfig()).isTrue();
        servers.configRead(Code.NOAUTH);
        assertThat(servers.asksForConfig()).isFalse();
        servers.lost(RequestKind.GET_DATA);
        servers.unimplemented(RequestKind.ADD_WATCH, now);
        assertThat(servers.asksForConfig()).isFalse();
        servers.lost(V3_5);
        assertThat(servers.asksForConfig()).isTrue();
        servers.configRead(Code.OK);
        servers.lost(RequestKind.GET_EPHEMERALS);
        assertThat(servers.asksForConfig()).isTrue();
        servers.configRead(Code.OK);
        servers.unimplemented(V3_5, now);
        assertThat(servers.asksForConfig()).isTrue();
    }
}
