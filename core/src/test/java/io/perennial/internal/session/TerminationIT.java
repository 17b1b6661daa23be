package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.test.JvmProcess;
import io.perennial.testing.SessionRig;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JVM gets SIGTERM: the nodes are gone when it has ended, long before the session timeout of 40 s. */
@Tag("S-65")
class TerminationIT {
    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final FaultProxy proxy = rig.proxy();
    private final IndependentClient observer = rig.observer();

    private JvmProcess program(int nodes) {
        return rig.open(JvmProcess.start(TerminatedProgram.class, proxy.connectString(), "" + nodes));
    }

    private void assertNothingStands() throws Exception {
        assertThat(observer.children("/")).noneMatch(child -> child.startsWith("node-"));
    }

    @Test
    @Tag("J3")
    void takesTheNodesWithIt_whenConnected() throws Exception {
        JvmProcess program = program(10);
        program.awaitLine(line -> line.equals("STATE CONNECTED"));
        assertThat(observer.exists("/node-9")).isTrue();

        program.stop();

        assertNothingStands();
    }

    @Test
    void takesTheNodesWithIt_atAnyMomentOfTheStart() throws Exception {
        var random = new Random(65);
        for (int round = 0; round < 4; round++) {
            JvmProcess program = program(2_000);
            program.awaitLine(line -> line.equals("STARTS"));
            LockSupport.parkNanos(random.nextInt(1_000_000_000));

            program.stop();

            assertNothingStands();
        }
    }

    @Test
    void takesTheNodesWithIt_whenTheConnectionWasJustCut() throws Exception {
        JvmProcess program = program(10);
        program.awaitLine(line -> line.equals("STATE CONNECTED"));
        proxy.cut();

        program.stop();

        assertNothingStands();
    }

    @Test
    void ends_whenNoServerCanBeReached() throws Exception {
        JvmProcess program = program(1);
        program.awaitLine(line -> line.equals("STATE CONNECTED"));
        proxy.disconnect();
        program.awaitLine(line -> line.equals("STATE SUSPENDED"));

        program.stop(); // fails when it takes 30 s
    }

    @Test
    @Tag("J3")
    @DisplayName("leaves a session with closeAtShutdown(false) to the application's own hook")
    void leavesASessionAlone_thatTheApplicationCloses() throws Exception {
        JvmProcess program = rig.open(JvmProcess.start(OwnHookProgram.class, proxy.connectString()));
        program.awaitLine(line -> line.equals("READY"));

        program.stop();

        assertThat(program.lines()).contains("CLOSED: the application has closed it");
        assertNothingStands();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("takes no node with it that was registered while it shut down, for there is none")
    void endsASession_thatStartsWhileItShutsDown(boolean afterAnother) throws Exception {
        JvmProcess program = rig.open(JvmProcess.start(LateProgram.class, proxy.connectString(), "" + afterAnother));
        program.awaitLine(line -> line.equals("READY"));

        program.stop();

        assertNothingStands();
        assertThat(program.lines()).anyMatch(line -> line.equals("STATE late CLOSED: the JVM shuts down"));
    }
}
