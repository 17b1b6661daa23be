package io.perennial.soak.check;

import static io.perennial.soak.check.Made.closing;
import static io.perennial.soak.check.Made.delete;
import static io.perennial.soak.check.Made.ephemeral;
import static io.perennial.soak.check.Made.epoch;
import static io.perennial.soak.check.Made.set;
import static io.perennial.soak.check.Made.transaction;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.soak.work.Places;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OwnershipJudgeTest {
    private static final String NODE = Places.SHARED + "/s1";
    private static final Transaction MADE = transaction(1, 7, ephemeral(NODE));

    @Test
    void findsADeletionOfAnotherLiveSessionsNode() {
        List<Finding> findings = judge(epoch(MADE, transaction(2, 8, delete(NODE), ephemeral(NODE))));

        assertThat(findings)
                .singleElement()
                .extracting(Finding::what)
                .asString()
                .contains(NODE, "0x7", "0x8");
    }

    @Test
    void findsAWriteToAnotherLiveSessionsNode() {
        assertThat(judge(epoch(MADE, transaction(2, 8, set(NODE, "x"))))).hasSize(1);
    }

    @Test
    void passesWhatASessionDoesToItsOwnNodes_andToThoseOfClosedSessions() {
        assertThat(judge(epoch(
                        MADE,
                        transaction(2, 7, set(NODE, "x")),
                        closing(3, 7),
                        transaction(4, 8, ephemeral(NODE)),
                        transaction(5, 8, delete(NODE)),
                        transaction(6, 9, ephemeral(NODE)))))
                .isEmpty();
    }

    @Test
    void passesWhatIsDoneOnPurpose() {
        assertThat(judge(epoch(MADE, transaction(2, 8, delete(NODE), set(Places.RIVALS, "#x")))))
                .isEmpty();
    }

    @Test
    void passesWhatAClientDoesToWhatItsFormerServerSessionHasLeft() {
        assertThat(judge(epoch(MADE, transaction(2, 70, delete(NODE), ephemeral(NODE)))))
                .isEmpty();
    }

    @Test
    void passesWhatNeverWas() {
        Transaction lost = new Transaction(2, 2, 8, 1, List.of(delete(NODE)), false);

        assertThat(judge(epoch(MADE, lost))).isEmpty();
    }

    private static List<Finding> judge(Epoch epoch) {
        return OwnershipJudge.judge(epoch, Map.of(7L, "w0s0", 70L, "w0s0", 8L, "w0s1"));
    }
}
