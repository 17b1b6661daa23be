package io.perennial.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.operation.BackgroundCall.InBackground;
import io.perennial.operation.Effect;
import io.perennial.operation.OperationFailedException;
import io.perennial.operation.OutcomeUnknownException;
import io.perennial.operation.Resilience;
import io.perennial.operation.SessionClosedException;
import io.perennial.operation.SessionReplacedException;
import io.perennial.operation.SessionUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Interleavings of calls, answers, deadlines and ends, one step at a time. */
class SessionOperationsTest extends OperationsRig {
    @Test
    void runsWhatHasNoResult_repeatingItByItsEffect() {
        var calls = new AtomicInteger();

        operations().run(Effect.IDEMPOTENT, c -> failingOnce(Code.CONNECTIONLOSS, calls)
                .run(c));

        assertThat(calls).hasValue(2);
        assertThatThrownBy(() -> operations().run(Effect.READ, c -> {
                    throw KeeperException.create(Code.NONODE, "/node");
                }))
                .isInstanceOf(OperationFailedException.class);
        assertThatThrownBy(() -> operations().run(Effect.READ, null)).hasMessageContaining("action");
    }

    @Test
    void believesTheAnswer_whenTheDeadlinePassesBeforeItIsTold() throws Exception {
        SessionOperations operations = operations();
        var sent = new AtomicReference<InBackground>();
        CompletableFuture<CuratorEvent> future =
                operations.within(ENOUGH_TO_SEND).callInBackground(Effect.ONCE, (c, in) -> sent.set(in));
        CuratorEvent answer = event(Code.OK, sent.get());

        sent.get().callback().processResult(curator, answer);
        pass(ENOUGH_TO_SEND);
        operations.tick();
        complete();

        assertThat(future).isCompletedWithValue(answer);
    }

    @Test
    void saysThatTheOutcomeIsUnknown_andIgnoresTheLateAnswer() throws Exception {
        SessionOperations operations = operations();
        var sent = new AtomicReference<InBackground>();
        CompletableFuture<CuratorEvent> future =
                operations.within(ENOUGH_TO_SEND).callInBackground(Effect.ONCE, (c, in) -> sent.set(in));
        pass(ENOUGH_TO_SEND);

        operations.tick();
        answer(sent.get(), Code.OK);

        assertThat(future)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(OutcomeUnknownException.class);
        assertThat(CallBinding.mayPass(0x11, (CallBinding.Bound) sent.get().context()))
                .as("what Curator still has in its queue")
                .isFalse();
    }

    @Test
    void endsWithTheSession_alsoInAPause() throws Exception {
        SessionOperations operations = operations();
        var sent = new AtomicReference<InBackground>();
        CompletableFuture<CuratorEvent> background = operations.callInBackground(Effect.READ, (c, in) -> sent.set(in));
        answer(sent.get(), Code.CONNECTIONLOSS);
        CompletableFuture<String> pooled = operations.callAsync(Effect.READ, c -> {
            throw new KeeperException.ConnectionLossException();
        });
        assertThat(gate.timers).hasSize(2);

        gate.closed = true;
        operations.stateChanged();
        complete();

        assertThat(background)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(SessionClosedException.class);
        assertThat(pooled)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(SessionClosedException.class);
    }

    @Test
    void doesNotSendTwice_whenItIsWokenTwice() {
        SessionOperations operations = operations();
        gate.attached = false;
        var sent = new AtomicInteger();
        CompletableFuture<CuratorEvent> future =
                operations.callInBackground(Effect.ONCE, (c, in) -> sent.incrementAndGet());
        gate.attached = true;

        operations.stateChanged();
        operations.tick();
        operations.stateChanged();

        assertThat(sent).hasValue(1);
        assertThat(future).isNotDone();
    }

    @Test
    void endsAtItsDeadline_whenTheHandleIsOfAnotherSessionForLong() {
        var attempts = new AtomicInteger();

        assertThatThrownBy(() -> operations().within(Duration.ofMillis(100)).call(Effect.READ, c -> {
                    attempts.incrementAndGet();
                    throw new SessionReplacedException("not in hand");
                }))
                .isInstanceOf(SessionUnavailableException.class)
                .hasMessageContaining("limit 100 ms");

        assertThat(attempts).hasValueLessThan(50);
    }

    @Test
    @Tag("O8")
    void handsOutACallOnce_whenItsTimeIsOver() {
        List<Runnable> calls = new ArrayList<>(); // No thread for calls is free.
        List<Runnable> overdue = new ArrayList<>();
        SessionOperations operations =
                operations(ENOUGH_TO_SEND, new Resilience(RETRY, never(), null, null), calls::add, overdue::add);
        List<CompletableFuture<?>> futures = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            futures.add(operations.callAsync(Effect.READ, c -> "read"));
            futures.add(operations.callInBackground(Effect.READ, (c, in) -> {}));
        }
        pass(ENOUGH_TO_SEND);

        operations.tick();
        operations.tick();
        operations.tick();

        assertThat(overdue).hasSize(200);
        overdue.forEach(Runnable::run);
        assertThat(futures).as("completed by the thread for futures").noneMatch(CompletableFuture::isDone);
        complete();
        assertThat(futures).allMatch(CompletableFuture::isCompletedExceptionally);
        calls.forEach(Runnable::run);
        operations.tick();
        assertThat(overdue).hasSize(200);
    }

    @Test
    @Tag("O11")
    void refusesWritesThatAreTooLong_whateverCompressionTheBuilderHas() {
        CuratorFramework compressing = CuratorFrameworkFactory.builder()
                .connectString("127.0.0.1:1")
                .retryPolicy(new RetryOneTime(1))
                .enableCompression()
                .build();
        SessionOperations operations = new SessionOperations(
                new Witnesses(),
                LONG,
                compressing,
                new Resilience(RETRY, never(), null, null),
                gate,
                Runnable::run,
                Runnable::run,
                completions::add);

        assertThatThrownBy(() -> operations.setData("/a", new byte[2_000_000], -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("jute.maxbuffer");
    }

    @Test
    @Tag("O8")
    void handsOutACallOnce_whoseTimeIsOverAtOnce() {
        List<Runnable> overdue = new ArrayList<>();
        SessionOperations operations = operations(
                Duration.ofNanos(1), new Resilience(RETRY, never(), null, null), Runnable::run, overdue::add);
        CompletableFuture<String> call = operations.callAsync(Effect.READ, c -> "read");

        operations.tick();

        assertThat(overdue).hasSize(1);
        overdue.forEach(Runnable::run);
        complete();
        assertThat(call).isCompletedExceptionally();
    }

    @Test
    @Tag("O8")
    void setsTheAlarmToTheNextDeadline_unlessATickComesBefore() {
        SessionOperations operations = operations();
        CompletableFuture<?> ordinary = operations.callInBackground(Effect.READ, (c, in) -> {});
        assertThat(gate.timers).isEmpty();

        CompletableFuture<?> shortly =
                operations.within(Duration.ofMillis(30)).callInBackground(Effect.READ, (c, in) -> {});
        CompletableFuture<?> later =
                operations.within(Duration.ofMillis(1_900)).callInBackground(Effect.READ, (c, in) -> {});
        assertThat(gate.timers).as("the first of them").hasSize(1);
        pass(Duration.ofMillis(30));
        gate.timers.remove().run();
        complete();

        assertThat(shortly).isCompletedExceptionally();
        assertThat(later).isNotDone();
        assertThat(ordinary).isNotDone();
        assertThat(gate.timers).as("the next").hasSize(1);
    }

    @Test
    @Tag("K1")
    void endsACallInItsPause_whenTheEngineHasStopped() {
        var lost = new KeeperException.ConnectionLossException();
        SessionOperations operations = operations();
        CompletableFuture<Object> call = operations.callAsync(Effect.READ, c -> {
            throw lost;
        });
        assertThat(gate.timers).as("pauses that never end").hasSize(1);
        gate.closed = true;

        operations.end();
        complete();

        assertThat(call).isCompletedExceptionally();
    }
}
