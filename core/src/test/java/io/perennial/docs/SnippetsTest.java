package io.perennial.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the pages show is what is compiled here, to the letter, and all of it. */
class SnippetsTest {
    private static final Pattern ON_PAGE = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern IN_SOURCE =
            Pattern.compile(" *// \\[([a-z-]+)\\]\\n(.*?) *// \\[end\\]", Pattern.DOTALL);

    @ParameterizedTest
    @CsvSource({
        "states.md,4,core/src/test/java/io/perennial/docs/StateSnippets.java",
        "calls.md,9,core/src/test/java/io/perennial/docs/CallSnippets.java",
        "configuration.md,3,core/src/test/java/io/perennial/docs/ConfigurationSnippets.java",
        "migrating.md,4,core/src/test/java/io/perennial/docs/MigrationSnippets.java",
        "leader.md,8,samples/leader/src/main/java",
        "testing.md,8,testkit/src/test/java/io/perennial/test/docs "
                + "spring-integration/src/test/java/io/perennial/spring/boot/test"
    })
    void pageShowsWhatIsCompiled(String page, int count, String sources) throws IOException {
        List<String> shown = ON_PAGE.matcher(read(Path.of("../docs", page)))
                .results()
                .map(match -> match.group(1))
                .toList();
        List<String> compiled = IN_SOURCE
                .matcher(readAll(sources))
                .results()
                .map(SnippetsTest::unindented)
                .toList();

        assertThat(shown).hasSize(count).containsExactlyInAnyOrderElementsOf(compiled);
    }

    private static String unindented(MatchResult match) {
        return match.group(2).stripTrailing().stripIndent() + "\n";
    }

    /** Files, and all the files of folders; separated by spaces. */
    private static String readAll(String sources) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String source : sources.split(" ")) {
            try (Stream<Path> files = Files.walk(Path.of("..", source))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    text.append(read(file));
                }
            }
        }
        return text.toString();
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file);
    }
}
