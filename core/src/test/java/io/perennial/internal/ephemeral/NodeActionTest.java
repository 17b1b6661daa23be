package io.perennial.internal.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ephemeral.EphemeralSpec.OnConflict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NodeActionTest {

    @ParameterizedTest
    @CsvSource({
        "ABSENT,   false, false, WAIT,    CREATE",
        "IN_DOUBT, false, false, WAIT,    INSPECT",
        "OWNED,    true,  false, WAIT,    HOLD",
        "OWNED,    false, false, WAIT,    WRITE",
        "INHERITED, false, false, WAIT,   WRITE",
        "STALE, false, false, WAIT,    REPLACE",
        "STALE, false, false, FAIL,    REPLACE",
        "FOREIGN,  false, false, WAIT,    AWAIT",
        "FOREIGN,  false, true,  WAIT,    AWAIT",
        "FOREIGN,  false, false, FAIL,    GIVE_UP",
        "FOREIGN,  false, true,  FAIL,    GIVE_UP",
        "FOREIGN,  false, false, REPLACE, AWAIT",
        "FOREIGN,  false, true,  REPLACE, REPLACE",
    })
    void plansForAWantedNode(
            ObservedNode knowledge, boolean upToDate, boolean replaceable, OnConflict policy, NodeAction expected) {
        assertThat(NodeAction.next(false, knowledge, upToDate, replaceable, policy))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "ABSENT,   FORGET",
        "IN_DOUBT, INSPECT",
        "OWNED,    DELETE",
        "INHERITED, DELETE",
        "STALE, DELETE",
        "FOREIGN,  FORGET",
    })
    void plansForAReleasedNodeWhateverThePolicy(ObservedNode knowledge, NodeAction expected) {
        for (OnConflict policy : OnConflict.values()) {
            assertThat(NodeAction.next(true, knowledge, false, true, policy)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource(OnConflict.class)
    void neverTouchesAStrangersNodeThatMayNotBeReplaced(OnConflict policy) {
        assertThat(NodeAction.next(false, ObservedNode.FOREIGN, false, false, policy))
                .isIn(NodeAction.AWAIT, NodeAction.GIVE_UP);
        assertThat(NodeAction.next(true, ObservedNode.FOREIGN, false, false, policy))
                .isEqualTo(NodeAction.FORGET);
    }

    @Test
    void writesWhenItMakesWritesReplacesOrDeletes() {
        assertThat(NodeAction.values())
                .filteredOn(NodeAction::isWrite)
                .containsExactly(NodeAction.CREATE, NodeAction.REPLACE, NodeAction.WRITE, NodeAction.DELETE);
    }
}
