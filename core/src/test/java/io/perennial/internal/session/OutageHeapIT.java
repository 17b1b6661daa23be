package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.test.JvmProcess;
import io.perennial.testing.SessionRig;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A JVM of its own, with a small heap, whose application goes on with its work during an outage. */
@Tag("S-53")
@Tag("N10")
class OutageHeapIT {
    private static final int UPDATES = 400_000;

    @AutoClose
    private final SessionRig rig = new SessionRig();

    @Test
    @DisplayName("As much as an application says in an hour, in a heap that holds none of it: the JVM lives, the last"
            + " counts")
    void neitherEndsTheJvm_norFillsItsHeap() throws Exception {
        JvmProcess program = rig.open(JvmProcess.start(
                List.of("-Xmx24m", "-XX:+ExitOnOutOfMemoryError"),
                OutageProgram.class,
                rig.network().connectString(),
                Integer.toString(UPDATES)));
        program.awaitLine(line -> line.equals("STATE CONNECTED"));
        rig.stopServer();

        program.awaitLine(line -> line.equals("WORKED"));
        assertThat(program.isAlive()).isTrue();
        rig.restartServer();

        program.awaitLine(line -> line.equals("WRITTEN"));
        assertThat(program.awaitLine(line -> line.equals("CLOSED"))).isNotNull();
        assertThat(program.lines())
                .filteredOn(line -> line.startsWith("STATE LOST"))
                .hasSize(1);
    }
}
