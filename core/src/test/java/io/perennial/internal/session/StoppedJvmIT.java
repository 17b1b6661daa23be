package io.perennial.internal.session;

import static io.perennial.testing.Sessions.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.Lease;
import io.perennial.ResilientSession;
import io.perennial.ResilientSessionException;
import io.perennial.operation.Effect;
import io.perennial.test.JvmProcess;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The client's whole JVM is stopped (SIGSTOP) for longer than the session timeout. */
@ExtendWith(NoLeaks.class)
@Tag("S-38")
class StoppedJvmIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(4);
    private static final Pattern LENGTH = Pattern.compile("did not run for (\\d+) ms, of which .* took (\\d+) ms");

    @AutoClose
    private final SessionRig rig = new SessionRig();

    @Test
    @DisplayName("On resume nobody sees the lease held, so that no write passes that is made only while it is")
    void isNotHeld_andLetsNoWritePass_whenTheJvmGoesOn() throws Exception {
        rig.observer().create("/written", new byte[0]);
        try (JvmProcess program =
                JvmProcess.start(Program.class, rig.server().connectString(), Long.toString(TIMEOUT.toMillis()))) {
            program.awaitLine(line -> line.startsWith("READY"));
            long id = rig.observer().ownerOf(Program.NODE).orElseThrow();

            program.pause();
            long stopped = System.nanoTime();
            eventually(() -> {
                assertThat(rig.server().isSessionAlive(id)).isFalse();
                assertThat(System.nanoTime() - stopped).isGreaterThan(Program.GAP_NANOS);
            });
            long resumed = System.nanoTime();
            program.resume();

            String lost = program.awaitLine(line -> line.startsWith("LOST"));
            program.awaitLine(line -> line.startsWith("CONNECTED 2"));
            for (int i = 0; i < Program.WRITERS; i++) {
                String writer = "WRITER " + i + " ";
                assertThat(program.awaitLine(line -> line.startsWith(writer + "first look")))
                        .endsWith("held false");
                assertThat(program.awaitLine(line -> line.startsWith(writer + "held again")))
                        .contains("in generation 2", "write refused", "SessionReplacedException");
            }
            assertThat(program.awaitLine(line -> line.startsWith("LAPSE"))).endsWith("held false, generation 1");
            assertThat(rig.observer().children("/written"))
                    .as("those from before the pause")
                    .containsExactly("before-0", "before-1", "before-2");

            assertThat(lost).contains("LOCAL_PAUSE", "a stopped process");
            Matcher length = LENGTH.matcher(lost);
            assertThat(length.find()).as(lost).isTrue();
            assertThat(Long.parseLong(length.group(1)))
                    .as("the length of the pause")
                    .isBetween((resumed - stopped) / 1_000_000 - 300, (resumed - stopped) / 1_000_000 + 3_000);
            assertThat(Long.parseLong(length.group(2)))
                    .as("of that, collection")
                    .isLessThan(1_000);
        }
    }

    /**
     * Several threads look at the lease as fast as they can; when they notice that they stood still, they make a write
     * that was planned in the first session as soon as the lease lets them.
     */
    static final class Program {
        static final String NODE = "/mine";
        static final int WRITERS = 3;
        /** Longer than the session timeout: a slow machine does not pass for a stopped one. */
        private static final long GAP_NANOS = Duration.ofMillis(4_200).toNanos();

        private Program() {}

        public static void main(String[] arguments) throws Exception {
            try (ResilientSession session = ResilientSession.builder()
                    .name("stopped")
                    .connectString(arguments[0])
                    .sessionTimeout(Duration.ofMillis(Long.parseLong(arguments[1])))
                    .listener(t -> {
                        if (t.diagnosis() != null) {
                            print("LOST " + t.diagnosis());
                        } else if (t.session() != null) {
                            print(t.to() + " " + t.session().generation());
                        }
                    })
                    .build()) {
                session.ephemerals().register(NODE, new byte[0]);
                session.start().awaitConnected(SessionRig.PATIENCE);
                Lease lease = session.lease();
                lease.onLapse(() -> print("LAPSE held " + lease.isHeld() + ", generation " + lease.generation()));
                var looking = new CountDownLatch(WRITERS);
                for (int i = 0; i < WRITERS; i++) {
                    int number = i;
                    new Thread(() -> look(session, number, looking), "test-writer-" + i).start();
                }
                looking.await();
                print("READY");
                new CountDownLatch(1).await(); // until it is killed
            }
        }

        private static void look(ResilientSession session, int number, CountDownLatch looking) {
            Lease lease = session.lease();
            long generation = lease.generation();
            print("WRITER " + number + " at first: write " + write(session, generation, "before-" + number));
            long before = System.nanoTime();
            looking.countDown();
            boolean stoodStill = false;
            while (true) {
                // Before the look: the process may be stopped within it, and what it gives then was right before.
                long now = System.nanoTime();
                boolean held = lease.isHeld();
                if (now - before > GAP_NANOS) {
                    stoodStill = true;
                    print("WRITER " + number + " first look after " + (now - before) / 1_000_000 + " ms: held " + held);
                }
                if (stoodStill && held) {
                    print("WRITER " + number + " held again in generation " + lease.generation() + ": write "
                            + write(session, generation, "after-" + number));
                    return;
                }
                before = now;
                Thread.onSpinWait();
            }
        }

        private static String write(ResilientSession session, long generation, String name) {
            try {
                session.operations().inGeneration(generation).call(Effect.ONCE, curator -> curator.create()
                        .forPath("/written/" + name));
                return "passed";
            } catch (ResilientSessionException e) {
                return "refused: " + e;
            }
        }

        private static void print(String line) {
            System.out.println(line);
        }
    }
}
