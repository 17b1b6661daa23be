package io.perennial.internal.connect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PromptAttemptsTest {
    private static final PromptAttempts OURS = new PromptAttempts(() -> Sender.class.getDeclaredField("isFirst"));

    /** As the client's connecting thread. */
    private static final class Sender extends Thread {
        private boolean isFirst;
        private boolean interrupted;

        private Sender(PromptAttempts attempts, boolean toInterrupt) {
            super(() -> {
                if (toInterrupt) {
                    Thread.currentThread().interrupt();
                }
                attempts.next();
                ((Sender) Thread.currentThread()).interrupted = Thread.interrupted();
            });
        }

        static Sender afterNext(PromptAttempts attempts, boolean toInterrupt) throws InterruptedException {
            var sender = new Sender(attempts, toInterrupt);
            sender.start();
            sender.join();
            return sender;
        }
    }

    @Test
    @DisplayName("The field is there in the ZooKeeper that the build uses; PromptClientIT looks in the others")
    void findsTheClientsField() {
        assertThat(new PromptAttempts().obstacle()).isNull();
    }

    @Test
    void makesEachAttemptTheFirst() throws Exception {
        assertThat(OURS.obstacle()).isNull();
        assertThat(Sender.afterNext(OURS, false).isFirst).isTrue();
    }

    @Test
    void forgetsAnInterrupt_asThePauseWould() throws Exception {
        assertThat(Sender.afterNext(OURS, true).interrupted).isFalse();
    }

    @Test
    void leavesOtherThreadsAlone() {
        Thread.currentThread().interrupt();

        OURS.next();

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void leavesTheClientAsItIs_whenTheFieldHasAnotherName() throws Exception {
        leavesTheClientAsItIs(
                new PromptAttempts(() -> Sender.class.getDeclaredField("isNotThere")), "NoSuchFieldException");
    }

    @Test
    void leavesTheClientAsItIs_whenTheFieldIsClosed() throws Exception {
        leavesTheClientAsItIs(
                new PromptAttempts(() -> String.class.getDeclaredField("hashIsZero")), "InaccessibleObjectException");
    }

    @Test
    void leavesTheClientAsItIs_whenTheFieldIsSomethingElse() throws Exception {
        leavesTheClientAsItIs(new PromptAttempts(() -> Rival.class.getDeclaredField("isFirst")), "is no boolean");
    }

    private static final class Rival {
        @SuppressWarnings("unused")
        private String isFirst;
    }

    private static void leavesTheClientAsItIs(PromptAttempts attempts, String why) throws InterruptedException {
        assertThat(attempts.obstacle()).contains(why);
        Sender sender = Sender.afterNext(attempts, true);
        assertThat(sender.isFirst).isFalse();
        assertThat(sender.interrupted).isTrue();
    }
}
