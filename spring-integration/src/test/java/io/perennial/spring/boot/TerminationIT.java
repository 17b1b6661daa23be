package io.perennial.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.test.JvmProcess;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The JVM gets SIGTERM while the start waits: Spring closes no context before its start has ended. */
class TerminationIT {
    @Test
    @Tag("J2")
    void endsAStartThatWaitsForServers() throws Exception {
        try (var service = JvmProcess.start(WaitingService.class, Contexts.NOBODY)) {
            service.awaitLine(line -> line.equals("WAITS"));
            assertThat(service.lines()).doesNotContain("DESTROYED");

            service.stop(); // fails when it takes 30 s; the wait would be 10 minutes

            service.awaitLine(line -> line.equals("DESTROYED"));
        }
    }

    @Test
    @Tag("J2")
    void endsAStartThatWaitsForItsClient() throws Exception {
        try (var service =
                JvmProcess.start(WaitingService.class, Contexts.NOBODY, "--" + WaitingService.SLOW_CLIENT + "=true")) {
            service.awaitLine(line -> line.equals("MAKES"));

            service.stop();

            service.awaitLine(line -> line.equals("DESTROYED"));
        }
    }
}
