package io.perennial.internal.ephemeral;

import static io.perennial.internal.ephemeral.NodeHappening.CONNECTED;
import static io.perennial.internal.ephemeral.NodeHappening.CONNECTED_BY_ANOTHER_HANDLE;
import static io.perennial.internal.ephemeral.NodeHappening.CUT;
import static io.perennial.internal.ephemeral.NodeHappening.ONE_WORD;
import static io.perennial.internal.ephemeral.NodeHappening.QUICK;
import static io.perennial.internal.ephemeral.NodeHappening.REGISTER;
import static io.perennial.internal.ephemeral.NodeHappening.SLOW;
import static io.perennial.internal.ephemeral.NodeHappening.STRANGER_DELETES;
import static io.perennial.internal.ephemeral.NodeHappening.STRANGER_MAKES;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ephemeral.EphemeralNode.Status;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Which node shows whether the servers still have their history: not one that may be gone for another reason, because
 * then all nodes would be looked at, one by one.
 */
@Tag("N4")
class HistoryQuestionTest extends NodePlayRig {
    @BeforeEach
    void registerOthers() {
        register(3, 1);
    }

    @Test
    void isNotAboutANodeThatAnotherClientHasDeleted() {
        play.happens(REGISTER, A);
        play.happens(STRANGER_DELETES, A);
        play.happens(STRANGER_DELETES, A);
        assertStatus("/a", Status.FAILED);
        play.happens(CUT, 0);
        int before = made();

        play.happens(CONNECTED, 0);

        assertThat(made()).as("the question").isEqualTo(before + 1);
    }

    @Test
    void isNotAboutANodeThatHasNoNumber() {
        play.happens(REGISTER, NUMBERED);
        play.happens(SLOW, 0);
        play.strangerDeletes(node("/q-").node().path());
        play.happens(ONE_WORD, 0);
        cut();
        int before = made();

        play.happens(CONNECTED, 0);

        assertThat(made())
                .as("the question, a look for the id, a creation and a watch")
                .isEqualTo(before + 4);
    }

    @Test
    void isNotAboutAnotherClientsNode_thatIsNotWatched() {
        play.happens(STRANGER_MAKES, A);
        play.happens(REGISTER, A);
        play.happens(CUT, 0);
        play.strangerDeletes("/a");
        play.happens(SLOW, 0);

        play.happens(CONNECTED_BY_ANOTHER_HANDLE, 0);
        oneAnswer();

        assertThat(made()).as("the question and the list").isEqualTo(2);
        play.happens(QUICK, 0);
    }
}
