package io.perennial.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.testing.CapturedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S-63")
class UsersExecutorTest {
    private static final Duration SLOW = Duration.ofSeconds(10);

    private final HandTicker ticker = new HandTicker();
    private final List<Runnable> handed = new ArrayList<>();
    private final List<Runnable> fallback = new ArrayList<>();
    private final List<String> ran = new ArrayList<>();
    private final UsersExecutor executor = executor(handed::add);

    private UsersExecutor executor(Executor delegate) {
        return new UsersExecutor(delegate, fallback::add, Runnable::run, new ThrottledLog("orders", ticker), ticker);
    }

    @Test
    void runsOnTheUsersThread_andKnowsThatItDoes() {
        executor.execute(() -> ran.add("here: " + executor.isRunningHere()));
        assertThat(executor.isEmpty()).isFalse();
        assertThat(executor.isRunningHere()).isFalse();

        handed.get(0).run();

        assertThat(ran).containsExactly("here: true");
        assertThat(executor.isEmpty()).isTrue();
        assertThat(executor.isRunningHere()).isFalse();
        assertThat(fallback).isEmpty();
    }

    @Test
    void takesBackWhatIsNotBegunInTime_andRunsItOnce() {
        try (var lines = CapturedLog.ofSessions()) {
            executor.execute(() -> ran.add("late"));
            ticker.advance(SLOW.minusNanos(1));
            executor.takeBackOverdue(SLOW);
            assertThat(fallback).isEmpty();

            ticker.advance(Duration.ofNanos(1));
            executor.takeBackOverdue(SLOW);
            executor.takeBackOverdue(SLOW);

            assertThat(lines.lines()).singleElement().asString().contains("within 10000 ms");
        }
        assertThat(fallback).hasSize(1);
        assertThat(executor.isEmpty()).isTrue();
        fallback.get(0).run();
        handed.get(0).run();
        assertThat(ran).containsExactly("late");
    }

    @Test
    @Tag("K1")
    void givesTheFallback_whatIsNotBegunAtTheEnd_andWhatComesLater() {
        executor.execute(() -> ran.add("begun"));
        handed.get(0).run();
        executor.execute(() -> ran.add("at the end"));

        executor.end();
        executor.execute(() -> ran.add("later"));

        assertThat(handed).hasSize(2);
        fallback.forEach(Runnable::run);
        assertThat(ran).containsExactly("begun", "at the end", "later");
    }

    @Test
    @Tag("K1")
    void givesTheFallback_whatWasAcceptedJustAsTheEndCame() {
        List<UsersExecutor> ending = new ArrayList<>();
        UsersExecutor endingMeanwhile = executor(task -> ending.get(0).end());
        ending.add(endingMeanwhile);

        endingMeanwhile.execute(() -> ran.add("kept"));

        assertThat(fallback).hasSize(1);
        assertThat(endingMeanwhile.isEmpty()).isTrue();
    }

    @Test
    void givesTheFallback_whatIsRejected_orWouldRunOnTheSpot() {
        executor(task -> {
                    throw new RejectedExecutionException("full");
                })
                .execute(() -> ran.add("rejected"));
        executor(Runnable::run).execute(() -> ran.add("on the spot"));
        assertThat(ran).isEmpty();

        fallback.forEach(Runnable::run);

        assertThat(ran).containsExactly("rejected", "on the spot");
    }
}
