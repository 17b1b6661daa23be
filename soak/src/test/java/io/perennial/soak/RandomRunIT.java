package io.perennial.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RandomRunIT {
    @Test
    @Tag("soak")
    @Timeout(value = 12, unit = TimeUnit.HOURS)
    @DisplayName("A random run, as long as soak.minutes says, finds nothing")
    void findsNothing() {
        check(Settings.ofProperties());
    }

    @Test
    @DisplayName("The same program with a fixed seed, for so long that it is known to work, finds nothing")
    void findsNothing_whenItIsShort() {
        check(new Settings(Duration.ofSeconds(20), 1, null, Path.of("target/soak-short"), 2));
    }

    private static void check(Settings settings) {
        Outcome outcome = RandomRun.run(settings);
        System.out.println(outcome.report());
        assertThat(outcome.findings()).as(outcome.report()).isEmpty();
    }
}
