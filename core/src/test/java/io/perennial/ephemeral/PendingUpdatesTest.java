package io.perennial.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

class PendingUpdatesTest {
    private final ArrayDeque<Runnable> handedOver = new ArrayDeque<>();
    private final PendingUpdates updates = new PendingUpdates(handedOver::add);

    @Test
    void completesEveryUpdateUpToTheOneWritten_onTheExecutorOnly() {
        var first = updates.add(1);
        var second = updates.add(2);
        var third = updates.add(3);
        updates.written(2);
        assertThat(first).isNotDone();
        handedOver.forEach(Runnable::run);
        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
        assertThat(third).isNotDone();
    }

    @Test
    void failsEveryUpdateUpToTheOneRefused() {
        var first = updates.add(1);
        var second = updates.add(2);
        updates.refused(1, new IllegalStateException("no"));
        handedOver.forEach(Runnable::run);
        assertThat(first).isCompletedExceptionally();
        assertThat(second).isNotDone();
    }

    @Test
    void showsAnOutcomeThatIsKnownAlready_atOnce() {
        var promise = new Promise<String>(handedOver::add);
        promise.complete("done");
        promise.fail(new IllegalStateException("too late"));
        assertThat(promise.future()).isCompletedWithValue("done");
        assertThat(handedOver).isEmpty();
    }
}
