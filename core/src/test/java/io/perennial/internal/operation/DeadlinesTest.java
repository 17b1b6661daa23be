package io.perennial.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.internal.operation.Deadlines.PassedException;
import io.perennial.operation.CuratorCall;
import io.perennial.operation.SessionReplacedException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a call that waits at its deadline: by its own thread, which plays the engine's part too. */
class DeadlinesTest {
    private static final long NOW = Long.MAX_VALUE - 10; // the clock overflows
    private static final long DEADLINE = NOW + Duration.ofSeconds(1).toNanos();
    private static final long SESSION = 0x11;

    private final FakeGate gate = new FakeGate();
    private final CuratorFramework curator =
            CuratorFrameworkFactory.newClient("127.0.0.1:1", new RetryOneTime(1)); // never started
    private final Deadlines deadlines = new Deadlines(new Alarm(gate, () -> {}));

    @AfterEach
    void leavesNothingBehind() {
        assertThat(Thread.interrupted()).isFalse();
        deadlines.enforce(DEADLINE);
        assertThat(Thread.interrupted()).as("for a call that is over").isFalse();
    }

    private String run(CuratorCall<String> call) throws Exception {
        return deadlines.run(DEADLINE, NOW, SESSION, call, curator);
    }

    private static String waitForAnAnswer() throws InterruptedException {
        return "answered: " + new CountDownLatch(1).await(1, TimeUnit.MINUTES);
    }

    @Test
    void interruptsAtTheDeadline_andNotBefore() {
        assertThatThrownBy(() -> run(c -> {
                    deadlines.enforce(DEADLINE - 1);
                    assertThat(Thread.currentThread().isInterrupted()).isFalse();
                    deadlines.enforce(DEADLINE);
                    return waitForAnAnswer();
                }))
                .isInstanceOf(PassedException.class);
    }

    @Test
    void interruptsAgain_whereTheCallHasSwallowedIt() {
        assertThatThrownBy(() -> run(c -> {
                    deadlines.enforce(DEADLINE);
                    assertThat(Thread.interrupted()).isTrue();
                    deadlines.enforce(DEADLINE);
                    return waitForAnAnswer();
                }))
                .isInstanceOf(PassedException.class);
    }

    @Test
    void takesItsInterruptionBack_whereTheCallGotItsAnswerAllTheSame() throws Exception {
        String answer = run(c -> {
            deadlines.enforce(DEADLINE);
            return "answer";
        });

        assertThat(answer).isEqualTo("answer");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void leavesSomebodyElsesInterruptionAlone() throws Exception {
        assertThatThrownBy(() -> run(c -> {
                    throw new InterruptedException("somebody else's");
                }))
                .isInstanceOf(InterruptedException.class);

        run(c -> {
            Thread.currentThread().interrupt();
            return "answer";
        });
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void isBoundToTheSession_whileItRuns() throws Exception {
        run(c -> {
            assertThatThrownBy(() -> CallBinding.check(SESSION + 1)).isInstanceOf(SessionReplacedException.class);
            CallBinding.check(SESSION);
            return "answer";
        });

        CallBinding.check(SESSION + 1);
    }

    @Test
    void looksAgain_whereTheNextDeadlineHasNotCome() throws Exception {
        run(c -> {
            gate.timers.remove().run(); // the alarm for it, too early
            deadlines.enforce(NOW);
            assertThat(gate.timers).hasSize(1);
            return "answer";
        });
    }
}
