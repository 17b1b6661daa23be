package io.perennial.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PromiseTest {
    private final ArrayDeque<Runnable> handedOver = new ArrayDeque<>();
    private final Promise<String> promise = new Promise<>(handedOver::add);

    private void completeFutures() {
        handedOver.forEach(Runnable::run);
    }

    @Test
    @Tag("U4")
    void givesEachCallerAFutureOfHisOwn() {
        var first = promise.future();
        var second = promise.future();
        var third = promise.future();
        var last = promise.future();

        first.cancel(false);
        second.complete("what the caller makes of it");
        third.completeOnTimeout("late", 1, TimeUnit.NANOSECONDS);

        assertThat(last).isNotDone();
        promise.complete("done");
        completeFutures();
        assertThat(last).isCompletedWithValue("done");
        assertThat(second).isCompletedWithValue("what the caller makes of it");
        assertThat(first).isCancelled();
    }

    @Test
    void completesThemOnTheExecutorOnly() {
        var future = promise.future();
        promise.complete("done");
        assertThat(promise.isDone()).isTrue();
        assertThat(future).isNotDone();
        completeFutures();
        assertThat(future).isCompletedWithValue("done");
    }

    @Test
    void failsThemWithTheReasonItself() {
        var reason = new IllegalStateException("no");
        var future = promise.future();
        promise.fail(reason);
        completeFutures();
        assertThat(future.handle((value, failure) -> failure)).isCompletedWithValue(reason);
    }

    @Test
    void showsAnOutcomeThatIsKnownAlready_atOnce() {
        promise.complete("done");
        promise.fail(new IllegalStateException("too late"));
        assertThat(promise.future()).isCompletedWithValue("done");
        assertThat(handedOver).isEmpty();
    }
}
