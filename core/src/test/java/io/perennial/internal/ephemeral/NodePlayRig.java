package io.perennial.internal.ephemeral;

import static io.perennial.internal.ephemeral.NodeHappening.CUT;
import static io.perennial.internal.ephemeral.NodeHappening.ONE_WORD;
import static io.perennial.internal.ephemeral.NodeHappening.QUICK;
import static io.perennial.internal.ephemeral.NodeHappening.SERVER_READS_ONE;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.RestorePolicy;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A play with nodes that a test directs, and what it expects of the first session. */
abstract class NodePlayRig {
    /** Amounts that choose a path of {@link NodePlay#PATHS}. */
    static final int A = 0;

    static final int B = 1;
    static final int DEEP = 4;
    static final int NUMBERED = 5;
    /** Amounts that choose which requests are refused. */
    static final int DELETE = 14;

    static final int EXISTS = 21;
    /** With a path: what replaces a node is another session's. */
    static final int BY_AN_EPHEMERAL_ONE = 7 * 14;

    private final List<String> trace = new ArrayList<>();
    NodePlay play = play(NodeSetting.DEFAULT);

    @AfterEach
    void recover() {
        play.recover();
        play.stayWell(5_000);
        play.isQuiet();
    }

    NodePlay play(NodeSetting setting) {
        var begun = new NodePlay(setting, 1, trace);
        begun.connectAll();
        return begun;
    }

    String trace() {
        return String.join("\n", trace);
    }

    static NodeSetting with(RestorePolicy policy) {
        NodeSetting base = NodeSetting.DEFAULT;
        return new NodeSetting(base.chroot(), base.maxPacket(), policy, false, true);
    }

    /** How many requests the first session has sent on its present handle. */
    int made() {
        return play.session(0).client().requests();
    }

    void register(int nodes, int pathBytes) {
        for (int i = 0; i < nodes; i++) {
            play.session(0).register(EphemeralSpec.at("/" + "n".repeat(pathBytes) + i));
        }
        play.drain();
    }

    /** The connection breaks with all that is under way, and everybody knows. */
    void cut() {
        play.happens(CUT, 0);
        play.happens(QUICK, 0);
    }

    PlayedNode node(String path) {
        return play.session(0).registered(path);
    }

    Status status(String path) {
        return node(path).node().status();
    }

    /** The server reads a request, and the session hears of it. */
    void oneAnswer() {
        play.happens(SERVER_READS_ONE, 0);
        play.happens(ONE_WORD, 0);
    }

    /** Of A, whose guard does not stand yet. */
    void wordByWordUntilHeld() {
        for (int words = 0; status("/a") != Status.HELD; words++) {
            assertThat(words).as("words in vain").isLessThan(50);
            oneAnswer();
        }
    }

    void assertStatus(String path, Status expected) {
        assertThat(status(path)).as(trace()).isEqualTo(expected);
    }

    void assertStands(String path) {
        assertThat(play.server.tree.get(path)).as(trace()).isNotNull();
    }

    void assertGone(String path) {
        assertThat(play.server.tree.get(path)).as(trace()).isNull();
    }

    void assertLatestData(String path) {
        assertThat(ModelData.of(play.server.tree.get(path).data))
                .as(trace())
                .isEqualTo(node(path).data());
    }
}
