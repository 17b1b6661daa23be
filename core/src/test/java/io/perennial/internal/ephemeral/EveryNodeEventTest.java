package io.perennial.internal.ephemeral;

import static io.perennial.internal.ephemeral.NodeHappening.CONNECTED;
import static io.perennial.internal.ephemeral.NodeHappening.CONNECTED_BY_ANOTHER_HANDLE;
import static io.perennial.internal.ephemeral.NodeHappening.CUT;
import static io.perennial.internal.ephemeral.NodeHappening.ONE_WORD;
import static io.perennial.internal.ephemeral.NodeHappening.QUICK;
import static io.perennial.internal.ephemeral.NodeHappening.REFUSES;
import static io.perennial.internal.ephemeral.NodeHappening.REGISTER;
import static io.perennial.internal.ephemeral.NodeHappening.REGISTER_AGAIN;
import static io.perennial.internal.ephemeral.NodeHappening.RELEASE;
import static io.perennial.internal.ephemeral.NodeHappening.SERVER_READS_ONE;
import static io.perennial.internal.ephemeral.NodeHappening.SESSION_EXPIRES_NOT_REAPED;
import static io.perennial.internal.ephemeral.NodeHappening.SLOW;
import static io.perennial.internal.ephemeral.NodeHappening.STRANGER_DELETES;
import static io.perennial.internal.ephemeral.NodeHappening.STRANGER_MAKES;
import static io.perennial.internal.ephemeral.NodeHappening.STRANGER_MAKES_CHILD;
import static io.perennial.internal.ephemeral.NodeHappening.STRANGER_MAKES_PERSISTENT;
import static io.perennial.internal.ephemeral.NodeHappening.TAKEN_FOR_LOST;
import static io.perennial.internal.ephemeral.NodeHappening.THROTTLED;
import static io.perennial.internal.ephemeral.NodeHappening.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.testing.Broken;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Everything that can happen, in every state of a node, by the shortest way there; and then everything else on top of
 * it. Whatever it is, what must be so at any time is so, and once all is well every node is where it belongs.
 */
class EveryNodeEventTest {
    /** Amounts for {@code /a}: waiting for others, giving up, replacing. */
    private static final int WAIT = 0;

    private static final int FAIL = 7;
    private static final int REPLACE = 14;
    /** For what is created, written, deleted. */
    private static final int OF_CREATE = 0;

    private static final int OF_SET_DATA = 7;
    private static final int OF_DELETE = 14;
    /** Other paths. */
    private static final int DEEP = 4;

    private static final int SEQUENTIAL = 5;

    private static final int[] AMOUNTS = {0, 7, 14, 21, 49, 56, 63, 98, 4, 5, 12, 707, 714, 721};
    private static final int[] FEW_AMOUNTS = {0, 14, 714};

    private static final List<NodeSetting> SETTINGS = List.of(
            NodeSetting.DEFAULT,
            NodeSetting.tight(),
            NodeSetting.DEFAULT.withOldServers(),
            NodeSetting.DEFAULT.withoutKeptWatches());

    private record Way(NodeHappening what, int amount) {}

    /** The shortest way to each state of a node. */
    private enum Where {
        NOT_REGISTERED(),
        PENDING_WITHOUT_CONNECTION(to(CUT), to(REGISTER)),
        CREATING(to(SLOW), to(REGISTER)),
        CREATED_AND_NOT_TOLD(to(SLOW), to(REGISTER), to(SERVER_READS_ONE)),
        CREATED_AND_NOT_GUARDED(to(SLOW), to(REGISTER), to(SERVER_READS_ONE), to(ONE_WORD)),
        CREATED_IN_DOUBT(to(SLOW), to(REGISTER), to(SERVER_READS_ONE), to(CUT), to(QUICK)),
        NOT_CREATED_IN_DOUBT(to(SLOW), to(REGISTER), to(CUT), to(QUICK)),
        INSPECTED(to(SLOW), to(REGISTER), to(SERVER_READS_ONE), to(CUT), to(QUICK), to(SLOW), to(CONNECTED)),
        CREATING_REFUSED(to(REFUSES, OF_CREATE), to(REGISTER)),
        MAKING_PARENTS(to(SLOW), to(REGISTER, DEEP), to(SERVER_READS_ONE), to(ONE_WORD)),
        HELD(to(REGISTER)),
        WRITING(to(REGISTER), to(SLOW), to(UPDATE)),
        WRITTEN_IN_DOUBT(to(REGISTER), to(SLOW), to(UPDATE), to(SERVER_READS_ONE), to(CUT), to(QUICK)),
        WRITING_REFUSED(to(REGISTER), to(REFUSES, OF_SET_DATA), to(UPDATE)),
        HELD_WITHOUT_CONNECTION(to(REGISTER), to(CUT)),
        LOST(to(REGISTER), to(CUT), to(TAKEN_FOR_LOST)),
        VERIFIED(to(REGISTER), to(CUT), to(SLOW), to(CONNECTED_BY_ANOTHER_HANDLE)),
        DELETED_BY_OTHERS(to(REGISTER), to(STRANGER_DELETES), to(STRANGER_DELETES)),
        CONFLICT(to(STRANGER_MAKES), to(REGISTER, WAIT)),
        GIVEN_UP(to(STRANGER_MAKES), to(REGISTER, FAIL)),
        REPLACING(
                to(STRANGER_MAKES_PERSISTENT),
                to(SLOW),
                to(REGISTER, REPLACE),
                to(SERVER_READS_ONE),
                to(ONE_WORD),
                to(SERVER_READS_ONE),
                to(ONE_WORD)),
        NOT_REPLACEABLE(to(STRANGER_MAKES_CHILD), to(REGISTER, REPLACE)),
        LEFT_OVER(to(REGISTER), to(SESSION_EXPIRES_NOT_REAPED), to(SLOW), to(CONNECTED)),
        REPLACING_LEFT_OVER(
                to(REGISTER),
                to(SESSION_EXPIRES_NOT_REAPED),
                to(SLOW),
                to(CONNECTED),
                to(SERVER_READS_ONE),
                to(ONE_WORD),
                to(SERVER_READS_ONE),
                to(ONE_WORD)),
        DELETING(to(REGISTER), to(SLOW), to(RELEASE)),
        DELETED_IN_DOUBT(
                to(REGISTER), to(SLOW), to(RELEASE), to(SERVER_READS_ONE), to(SERVER_READS_ONE), to(CUT), to(QUICK)),
        DELETING_REFUSED(to(REGISTER), to(REFUSES, OF_DELETE), to(RELEASE)),
        RELEASED_WITHOUT_CONNECTION(to(REGISTER), to(CUT), to(RELEASE)),
        SUCCEEDING(to(REGISTER), to(SLOW), to(REGISTER_AGAIN)),
        SUCCEEDED(to(REGISTER), to(SLOW), to(REGISTER_AGAIN), to(SERVER_READS_ONE), to(SERVER_READS_ONE), to(ONE_WORD)),
        SUCCEEDING_WITHOUT_CONNECTION(to(REGISTER), to(CUT), to(REGISTER_AGAIN)),
        SUCCEEDING_ONE_REFUSED(to(REGISTER), to(REFUSES, OF_DELETE), to(REGISTER_AGAIN)),
        PUT_OFF(to(THROTTLED), to(REGISTER)),
        NUMBERED(to(REGISTER, SEQUENTIAL)),
        NUMBERED_IN_DOUBT(to(SLOW), to(REGISTER, SEQUENTIAL), to(SERVER_READS_ONE), to(CUT), to(QUICK)),
        LOOKED_FOR(
                to(SLOW), to(REGISTER, SEQUENTIAL), to(SERVER_READS_ONE), to(CUT), to(QUICK), to(SLOW), to(CONNECTED)),
        NUMBERED_LEFT_OVER(to(REGISTER, SEQUENTIAL), to(SESSION_EXPIRES_NOT_REAPED), to(SLOW), to(CONNECTED));

        private final List<Way> way;

        Where(Way... way) {
            this.way = List.of(way);
        }

        void go(NodePlay play) {
            play.connectAll();
            way.forEach(step -> play.happens(step.what, step.amount));
        }
    }

    private static Way to(NodeHappening what) {
        return new Way(what, 0);
    }

    private static Way to(NodeHappening what, int amount) {
        return new Way(what, amount);
    }

    @ParameterizedTest
    @EnumSource
    void isRight_whateverHappensInIt(Where where) {
        for (NodeSetting setting : SETTINGS) {
            for (NodeHappening what : NodeHappening.values()) {
                for (int amount : AMOUNTS) {
                    one(setting, where, 0, new Way(what, amount));
                    one(setting, where, 3_000, new Way(what, amount));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void isRight_whateverHappensNext(Where where) {
        for (NodeHappening first : NodeHappening.values()) {
            for (NodeHappening second : NodeHappening.values()) {
                for (int amount : FEW_AMOUNTS) {
                    one(NodeSetting.DEFAULT, where, 0, new Way(first, amount), new Way(second, FEW_AMOUNTS[0]));
                }
            }
        }
    }

    private static void one(NodeSetting setting, Where where, long passes, Way... events) {
        String failure = failure(setting, where, passes, events, null);
        if (failure != null) {
            var trace = new ArrayList<String>();
            failure(setting, where, passes, events, trace);
            assertThat(trace).as(failure).isEmpty();
        }
    }

    private static String failure(NodeSetting setting, Where where, long passes, Way[] events, List<String> trace) {
        var play = new NodePlay(setting, 1, trace);
        try {
            where.go(play);
            for (Way event : events) {
                play.happens(event.what, event.amount);
            }
            play.pass(passes);
            play.recover();
            play.stayWell(1_000);
            return null;
        } catch (Broken e) {
            return e.getMessage();
        }
    }

    @ParameterizedTest
    @EnumSource
    void ends(Where where) {
        for (NodeHappening after : NodeHappening.values()) {
            var play = new NodePlay(NodeSetting.DEFAULT, 1, null);
            where.go(play);
            play.session(0).close();
            play.happens(after, WAIT);
            play.recover();
            assertThat(play.session(0).isClosed()).isTrue();
        }
    }
}
