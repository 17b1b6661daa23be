package io.perennial.versions;

import io.perennial.test.NoLeaks;
import io.perennial.test.ServerProcess;
import io.perennial.testing.OldServers;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plays what is essential at servers of each release line: in the ordinary build at two, and in its profile "versions"
 * at all.
 */
@ExtendWith(NoLeaks.class)
class ServerVersionsIT {
    private static final VersionsPage PAGE = new VersionsPage(
            "Servers", ServerVersionsIT.class, List.of("3.4.14", "3.5.10", "3.6.4", "3.7.2", "3.8.6", "3.9.5"));

    static Stream<String> releases() {
        return Stream.of(
                System.getProperty("perennial.servers", "3.4.14,3.5.10").split(","));
    }

    @ParameterizedTest
    @MethodSource("releases")
    @DisplayName("each server does what docs/versions.md says")
    void doWhatThePageSays(String release) throws IOException {
        // Containers go soon after their last node, and not a minute later.
        try (ServerProcess server = OldServers.of(release)
                .jvmOption("-Dznode.container.checkIntervalMs=300")
                .start()) {
            PAGE.hold(release, Essential.playAllAt(server));
        }
    }
}
