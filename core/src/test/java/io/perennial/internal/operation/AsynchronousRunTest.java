package io.perennial.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.perennial.internal.operation.Attempts.Done;
import io.perennial.internal.operation.Attempts.Step;
import io.perennial.operation.BackgroundCall.InBackground;
import io.perennial.operation.Resilience;
import io.perennial.operation.SessionClosedException;
import io.perennial.operation.SessionReplacedException;
import io.perennial.operation.SessionUnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A call that nothing waits for, one step at a time: a look, and then a write. */
class AsynchronousRunTest extends OperationsRig {
    private final Bulkhead bulkhead = bulkhead(5);
    private final List<InBackground> handedOver = new ArrayList<>();
    private final List<String> concluded = new ArrayList<>();
    private final Queue<Runnable> calls = new ArrayDeque<>();
    private RuntimeException thrown;
    private Duration timeout = LONG;
    private AsynchronousRuns runs;
    /** What a request is asked before it is sent. */
    private boolean late;

    private AsynchronousRun<String> run(Resilience resilience) {
        var limits = new AttemptLimits(gate, resilience);
        var alarm = new Alarm(gate, () -> {});
        var sender = new Sender(gate, curator, limits, new Deadlines(alarm));
        runs = new AsynchronousRuns(gate, calls::add, completions::add, Runnable::run, limits, alarm);
        return new AsynchronousRun<>(new LookAndWrite(sender), gate, runs);
    }

    private AsynchronousRun<String> run() {
        return run(new Resilience(RETRY, never(), null, null));
    }

    /** Two requests, the second after the answer to the first. */
    private final class LookAndWrite implements Attempts<String> {
        private final Sender sender;
        private final CallProgress progress = new CallProgress(gate, RETRY, timeout);

        private LookAndWrite(Sender sender) {
            this.sender = sender;
        }

        @Override
        public CallProgress progress() {
            return progress;
        }

        @Override
        public Step<String> next() {
            if (gate.isClosed()) {
                throw new SessionClosedException("closed");
            }
            return ask("look", () -> ask("write", () -> new Done<>("written")));
        }

        private Step<String> ask(String what, Supplier<Step<String>> then) {
            return new Asking<>(new Played(), sender, CallBinding.ANY_SESSION, answer -> {
                try {
                    answer.get();
                } catch (KeeperException e) {
                    concluded.add(what + ": " + e.code());
                    return new Done<>("failed");
                } catch (UnansweredException e) {
                    concluded.add(what + ": " + e.why());
                    return new Done<>("unknown");
                }
                concluded.add(what);
                return then.get();
            });
        }

        @Override
        public Step<String> outOfTime() {
            throw progress.noSession();
        }
    }

    private final class Played implements Sending<String> {
        @Override
        public String send(CuratorFramework curator) {
            assertThat(gate.curatorConnected).as("a thread waits for it").isFalse();
            return "sent";
        }

        @Override
        public boolean maySend() {
            return !late;
        }

        @Override
        public Way way() {
            return Way.EITHER;
        }

        @Override
        public void handOver(CuratorFramework curator, InBackground in) {
            if (thrown != null) {
                throw thrown;
            }
            handedOver.add(in);
        }

        @Override
        public String read(CuratorEvent event) {
            return "read";
        }
    }

    private InBackground latest() {
        return handedOver.get(handedOver.size() - 1);
    }

    @Test
    void sendsOneRequestAfterTheOther_withoutAThreadForCalls() throws Exception {
        CompletableFuture<String> future = run().startHere();
        assertThat(handedOver).hasSize(1);

        latest().callback().processResult(curator, event(Code.OK, latest()));
        assertThat(handedOver).as("not on the event thread").hasSize(1);
        complete();
        assertThat(handedOver).hasSize(2);
        answer(latest(), Code.OK);

        assertThat(future).isCompletedWithValue("written");
        assertThat(concluded).containsExactly("look", "write");
        assertThat(calls).isEmpty();
    }

    @Test
    @Tag("S-42")
    void takesAThreadForCalls_whileCuratorDoesNotKnowOfTheConnection() throws Exception {
        gate.curatorConnected = false;
        CompletableFuture<String> future = run().startHere();
        assertThat(concluded).as("not on the caller's").isEmpty();

        calls.remove().run();
        complete();

        assertThat(handedOver).isEmpty();
        assertThat(future).isCompletedWithValue("written");
    }

    @Test
    void takesAThreadForCalls_forWhatFollows_whenCuratorHasLostItsConnection() throws Exception {
        CompletableFuture<String> future = run().startHere();
        gate.curatorConnected = false;
        answer(latest(), Code.OK);
        assertThat(concluded).as("not on a thread for futures").containsExactly("look");

        calls.remove().run();
        complete();

        assertThat(handedOver).hasSize(1);
        assertThat(future).isCompletedWithValue("written");
    }

    @Test
    @Tag("S-41")
    void isNotSent_whenThatHasBecomeWrongBeforeTheHandleTakesIt() throws Exception {
        CompletableFuture<String> future = run().startHere();
        late = true;

        assertThat(CallBinding.mayPass(1, (CallBinding.Bound) latest())).isFalse();
        answer(latest(), Code.CONNECTIONLOSS);

        assertThat(future)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(SessionReplacedException.class);
    }

    @Test
    @Tag("K1")
    void awaitsTheAnswerToWhatIsUnderWay_whenTheSessionIsBeingClosed() throws Exception {
        CompletableFuture<String> answered = run().startHere();
        answer(latest(), Code.OK);
        gate.closed = true;
        runs.wake();
        answer(latest(), Code.OK);
        assertThat(answered).isCompletedWithValue("written");

        gate.closed = false;
        CompletableFuture<String> unanswered = run().startHere();
        gate.closed = true;
        runs.wake();
        complete();
        assertThat(unanswered).isNotDone();
        runs.end();
        complete();
        assertThat(unanswered).isCompletedWithValue("unknown");
    }

    @Test
    void doesNotWaitForAPermission_onAThreadForFutures() throws Exception {
        CompletableFuture<String> future =
                run(new Resilience(RETRY, never(), null, bulkhead)).startHere();
        assertThat(handedOver).as("nor on the caller's").isEmpty();
        calls.remove().run();

        answer(latest(), Code.OK);
        assertThat(handedOver).hasSize(1);
        calls.remove().run();
        answer(latest(), Code.OK);

        assertThat(future).isCompletedWithValue("written");
        assertThat(concluded).containsExactly("look", "write");
        assertFree(bulkhead, 5);
    }

    @Test
    void isConcludedOnce_byTheDeadlineOrTheAnswer() throws Exception {
        AsynchronousRun<String> run = run(new Resilience(RETRY, never(), null, bulkhead));
        CompletableFuture<String> future = run.startHere();
        calls.remove().run();

        run.runOut();
        run.runOut();
        answer(latest(), Code.OK);

        assertThat(future).isCompletedWithValue("unknown");
        assertThat(concluded).containsExactly("look: the server did not answer in time");
        assertFree(bulkhead, 5);
    }

    @Test
    @Tag("K1")
    void isConcluded_whenTheSessionIsClosed() {
        AsynchronousRun<String> run = run();
        CompletableFuture<String> future = run.startHere();
        gate.closed = true;

        run.runOut();
        complete();

        assertThat(future).isCompletedWithValue("unknown");
        assertThat(concluded).containsExactly("look: the session was closed during the call");
    }

    @Test
    @Tag("K1")
    void sendsNothing_whenTheSessionIsClosedBeforeAThreadIsFree() throws Exception {
        AsynchronousRun<String> run = run(new Resilience(RETRY, never(), null, bulkhead));
        CompletableFuture<String> future = run.startHere();
        calls.remove().run();
        answer(latest(), Code.OK);
        gate.closed = true;

        calls.remove().run();
        complete();

        assertThat(handedOver).hasSize(1);
        assertThat(future)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(SessionClosedException.class);
        assertFree(bulkhead, 5);
    }

    @Test
    void sendsNothing_whenItsTimeIsOverBeforeAThreadIsFree() throws Exception {
        timeout = ENOUGH_TO_SEND;
        AsynchronousRun<String> run = run(new Resilience(RETRY, never(), null, bulkhead));
        CompletableFuture<String> future = run.startHere();
        calls.remove().run();
        answer(latest(), Code.OK);
        pass(ENOUGH_TO_SEND);

        run.runOut();
        calls.remove().run();
        complete();

        assertThat(handedOver).hasSize(1);
        assertThat(future)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(SessionUnavailableException.class);
    }

    @Test
    void failsByWhatCuratorThrows_andGivesThePermitBack() {
        thrown = new IllegalStateException("not started");

        CompletableFuture<String> future =
                run(new Resilience(RETRY, never(), null, bulkhead)).startHere();
        calls.remove().run();
        complete();

        assertThat(future)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isSameAs(thrown);
        assertFree(bulkhead, 5);
    }

    @Test
    void tellsItsAttempts_ofAnError() throws Exception {
        CompletableFuture<String> future = run().startHere();

        answer(latest(), Code.CONNECTIONLOSS);

        assertThat(future).isCompletedWithValue("failed");
        assertThat(concluded).containsExactly("look: CONNECTIONLOSS");
    }
}
