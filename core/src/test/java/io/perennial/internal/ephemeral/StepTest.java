package io.perennial.internal.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ephemeral.EphemeralSpec.OnConflict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StepTest {

    @ParameterizedTest
    @CsvSource({
        "ABSENT,   false, false, WAIT,    CREATE",
        "IN_DOUBT, false, false, WAIT,    INSPECT",
        "OURS,     true,  false, WAIT,    HOLD",
        "OURS,     false, false, WAIT,    WRITE",
        "INHERITED, false, false, WAIT,   WRITE",
        "LEFTOVER, false, false, WAIT,    REPLACE",
        "LEFTOVER, false, false, FAIL,    REPLACE",
        "FOREIGN,  false, false, WAIT,    AWAIT",
        "FOREIGN,  false, true,  WAIT,    AWAIT",
        "FOREIGN,  false, false, FAIL,    GIVE_UP",
        "FOREIGN,  false, true,  FAIL,    GIVE_UP",
        "FOREIGN,  false, false, REPLACE, AWAIT",
        "FOREIGN,  false, true,  REPLACE, REPLACE",
    })
    void plansForAWantedNode(
            Knowledge knowledge, boolean upToDate, boolean replaceable, OnConflict policy, Step expected) {
        assertThat(Step.next(false, knowledge, upToDate, replaceable, policy)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "ABSENT,   FORGET",
        "IN_DOUBT, INSPECT",
        "OURS,     DELETE",
        "INHERITED, DELETE",
        "LEFTOVER, DELETE",
        "FOREIGN,  FORGET",
    })
    void plansForAReleasedNodeWhateverThePolicy(Knowledge knowledge, Step expected) {
        for (OnConflict policy : OnConflict.values()) {
            assertThat(Step.next(true, knowledge, false, true, policy)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource(OnConflict.class)
    void neverTouchesAStrangersNodeThatMayNotBeReplaced(OnConflict policy) {
        assertThat(Step.next(false, Knowledge.FOREIGN, false, false, policy)).isIn(Step.AWAIT, Step.GIVE_UP);
        assertThat(Step.next(true, Knowledge.FOREIGN, false, false, policy)).isEqualTo(Step.FORGET);
    }

    @Test
    void writesWhenItMakesWritesReplacesOrDeletes() {
        assertThat(Step.values())
                .filteredOn(Step::isWrite)
                .containsExactly(Step.CREATE, Step.REPLACE, Step.WRITE, Step.DELETE);
    }
}
