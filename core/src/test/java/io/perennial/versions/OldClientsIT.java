package io.perennial.versions;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.test.JvmProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plays what is essential with older client libraries beneath the session, each in a JVM of its own, at a server of the
 * current release: in the ordinary build with the oldest, and in its profile "versions" with others too.
 */
class OldClientsIT {
    private static final Path CLIENTS = Path.of("target", "old-clients");
    private static final Path SERVER = Path.of("target", "old-servers", "3.9.5");
    private static final List<String> CHOSEN = List.of("3.6.4, 5.2.0", "3.7.2, 5.4.0", "3.8.6, 5.7.1", "3.9.5, 5.9.0");
    private static final VersionsPage PAGE = new VersionsPage("Clients", OldClientsIT.class, CHOSEN);

    static Stream<String> clients() {
        return Stream.of(System.getProperty("perennial.clients", CHOSEN.get(0)).split("; "));
    }

    @ParameterizedTest
    @MethodSource("clients")
    @DisplayName("with each ZooKeeper client and Curator a session does what docs/versions.md says")
    void doWhatThePageSays(String clients) throws IOException {
        Map<Essential, Optional<String>> seen = new EnumMap<>(Essential.class);
        try (JvmProcess program = start(OldClientProgram.class, clients.split(", "), SERVER.toString())) {
            program.awaitLine(line -> line.equals(OldClientProgram.CLIENTS + clients));
            program.awaitLine(line -> line.equals(OldClientProgram.TABLES + true));
            int position = 0;
            for (Essential essential : Essential.values()) {
                String line = program.awaitLineAfter(position, each -> each.startsWith(OldClientProgram.PLAYED));
                position = program.lines().indexOf(line) + 1;
                String[] words = line.split(" ", 3);
                assertThat(words[1]).isEqualTo(essential.name());
                seen.put(essential, Optional.of(words[2]).filter(refusal -> !refusal.isEmpty()));
            }
            program.awaitLine(OldClientProgram.END::equals);
        }
        PAGE.hold(clients, seen);
    }

    @ParameterizedTest
    @DisplayName("what is too old is refused by build(), in a sentence that names both versions")
    @CsvSource(
            delimiter = '|',
            value = {
                "3.5.10 | 5.2.0 | ZooKeeper's client 3.6.4 or later, and 3.5.10 is",
                "3.6.4  | 5.1.0 | Curator 5.2.0 or later, and 5.1.0 is"
            })
    void refusesWhatIsTooOld(String zooKeeper, String curator, String sentence) {
        try (JvmProcess program = start(TooOldProgram.class, new String[] {zooKeeper, curator})) {
            assertThat(program.awaitLine(line -> line.startsWith(TooOldProgram.REFUSED)))
                    .contains("Perennial needs " + sentence + " on the class path");
        }
    }

    private static JvmProcess start(Class<?> program, String[] clients, String... arguments) {
        return JvmProcess.start(
                List.of(CLIENTS.resolve("zookeeper-" + clients[0]), CLIENTS.resolve("curator-" + clients[1])),
                List.of(),
                program,
                arguments);
    }
}
