package io.perennial.internal.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeActivityTest {
    private final NodeActivity activity = new NodeActivity();

    @BeforeEach
    void enter() {
        assertThat(activity.isEntered()).isFalse();
        activity.enter();
    }

    @Test
    void isFreeForItsNextStep_whenItIsLetIn() {
        assertThat(activity.isEntered()).isTrue();
        assertThat(activity.isBusy()).isFalse();
        assertThat(activity.isWaiting()).isFalse();
    }

    @Test
    void isBusyUntilTheAnswer() {
        activity.begin();
        assertThat(activity.isBusy()).isTrue();
        assertThat(activity.isEntered()).isTrue();
        activity.end();
        assertThat(activity.isBusy()).isFalse();
        assertThat(activity.isEntered()).isTrue();
    }

    @Test
    void isBusyNoMore_whenTheAnswerMakesItWait() {
        activity.begin();
        activity.await(1);
        assertThat(activity.isBusy()).isFalse();
        activity.end();
        assertThat(activity.isWaiting()).isTrue();
    }

    @Test
    void waitsForItsLatestAttemptOnly() {
        activity.await(1);
        activity.await(2);
        assertThat(activity.isDue(1)).isFalse();
        assertThat(activity.isWaiting()).isTrue();
        assertThat(activity.isDue(2)).isTrue();
        assertThat(activity.isWaiting()).isFalse();
        assertThat(activity.isEntered()).isTrue();
        assertThat(activity.isDue(2)).as("once").isFalse();
    }

    @Test
    void waitsNoMore_whenItIsBusyAgain() {
        activity.await(1);
        activity.begin();
        assertThat(activity.isWaiting()).isFalse();
        assertThat(activity.isDue(1)).isFalse();
        assertThat(activity.isBusy()).isTrue();
        activity.stopWaiting();
        assertThat(activity.isBusy()).isTrue();
    }

    @Test
    void waitsNoMore_whenItIsToldSo() {
        activity.await(1);
        activity.stopWaiting();
        assertThat(activity.isWaiting()).isFalse();
        assertThat(activity.isEntered()).isTrue();
        assertThat(activity.isDue(1)).isFalse();
    }

    @Test
    void doesNothingMore_whenItIsForgotten() {
        activity.await(1);
        activity.leave();
        activity.end();
        activity.stopWaiting();
        assertThat(activity.isEntered()).isFalse();
        assertThat(activity.isDue(1)).isFalse();
    }
}
