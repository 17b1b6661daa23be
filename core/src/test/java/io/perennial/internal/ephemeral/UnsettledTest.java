package io.perennial.internal.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ephemeral.EphemeralSpec;
import org.junit.jupiter.api.Test;

class UnsettledTest {
    private final DrivenNodes driven = new DrivenNodes();
    private final TrackedNode node = (TrackedNode) driven.nodes.register(EphemeralSpec.at("/a"));
    private final Unsettled unsettled = new Unsettled();

    @Test
    void completesOnce_whenNothingIsWaitedFor() {
        assertThat(unsettled.completes()).isTrue();
        assertThat(unsettled.completes()).isFalse();
    }

    @Test
    void completes_whenEveryNodeHasComeToRest() {
        unsettled.add(node);
        unsettled.add(node);
        assertThat(unsettled.completes()).isFalse();
        assertThat(unsettled.remove(node)).isTrue();
        assertThat(unsettled.remove(node)).isFalse();
        assertThat(unsettled.completes()).isTrue();
    }

    @Test
    void completes_whenTheHistoryWasLookedAtToo() {
        unsettled.awaitHistory();
        assertThat(unsettled.awaitsHistory()).isTrue();
        assertThat(unsettled.completes()).isFalse();
        unsettled.historyChecked();
        assertThat(unsettled.awaitsHistory()).isFalse();
        assertThat(unsettled.completes()).isTrue();
    }

    @Test
    void waitsForNobodyElse_whenComplete() {
        assertThat(unsettled.completes()).isTrue();
        unsettled.add(node);
        assertThat(unsettled.remove(node)).isFalse();
    }
}
