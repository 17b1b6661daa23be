package io.perennial.internal.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PendingUpdatesTest {
    private final ArrayDeque<Runnable> handedOver = new ArrayDeque<>();
    private final PendingUpdates updates = new PendingUpdates(handedOver::add);

    @Test
    void completesEveryUpdateUpToTheOneWritten_onTheExecutorOnly() {
        var first = updates.add(1);
        updates.sending();
        var second = updates.add(2);
        updates.sending();
        var third = updates.add(3);
        updates.written(2);
        assertThat(first).isNotDone();
        handedOver.forEach(Runnable::run);
        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
        assertThat(third).isNotDone();
    }

    @Test
    @Tag("N10")
    void keepsOnePromiseForAllThatGoInOneWrite() {
        var first = updates.add(1);
        for (int i = 2; i < 1_000; i++) {
            assertThat(updates.add(i)).isSameAs(first);
        }
        updates.sending();
        var next = updates.add(1_000);
        assertThat(next).isNotSameAs(first);
        updates.written(998);
        handedOver.forEach(Runnable::run);
        assertThat(first).isNotDone();
        updates.written(999);
        handedOver.forEach(Runnable::run);
        assertThat(first).isCompleted();
        assertThat(next).isNotDone();
    }

    @Test
    @Tag("N10")
    void showsAnotherFuture_whenSomebodyHasCompletedTheOneThatWasShown() {
        var first = updates.add(1);
        first.cancel(false);
        var second = updates.add(2);
        updates.written(2);
        handedOver.forEach(Runnable::run);
        assertThat(second).isCompleted();
    }

    @Test
    void failsEveryUpdateThatWasSent_whenTheServerRefuses() {
        var first = updates.add(1);
        updates.sending();
        var second = updates.add(2);
        updates.failSent(new IllegalStateException("no"));
        handedOver.forEach(Runnable::run);
        assertThat(first).isCompletedExceptionally();
        assertThat(second).isNotDone();
    }
}
