package io.perennial.versions;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.test.JvmProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each ZooKeeper client that the build has, the oldest or, in its profile "versions", others too: it has the field and
 * the package-private method by which it is spared its pauses.
 */
class PromptClientIT {
    private static final Path CLIENTS = Path.of("target", "old-clients");
    private static final String TOO_OLD = "3.5.10";
    private static final String NAME = "zookeeper-";

    static Stream<String> versions() throws IOException {
        try (Stream<Path> folders = Files.list(CLIENTS)) {
            return folders
                    .map(folder -> folder.getFileName().toString())
                    .filter(name -> name.startsWith(NAME))
                    .map(name -> name.substring(NAME.length()))
                    .filter(version -> !version.equals(TOO_OLD))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    @DisplayName("makes no pauses of its own")
    void makesNoPauses(String version) {
        try (JvmProcess program =
                JvmProcess.start(List.of(CLIENTS.resolve(NAME + version)), List.of(), PromptClientProgram.class)) {
            assertThat(program.awaitLine(line -> line.startsWith(PromptClientProgram.CLIENT)))
                    .contains(version);
            assertThat(program.awaitLine(line -> line.startsWith(PromptClientProgram.PAUSES)))
                    .endsWith("null");
            assertThat(program.awaitLine(line -> line.startsWith(PromptClientProgram.SOCKET)))
                    .contains("org.apache.zookeeper.PromptClientSocket");
        }
    }
}
