package io.perennial.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the pages show is what is compiled here, to the letter, and all of it. */
class SnippetsTest {
    private static final Pattern ON_PAGE = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern IN_SOURCE =
            Pattern.compile(" *// \\[([a-z-]+)\\]\\n(.*?) *// \\[end\\]", Pattern.DOTALL);

    @ParameterizedTest
    @CsvSource({"states.md,StateSnippets.java,4", "calls.md,CallSnippets.java,9"})
    void pageShowsWhatIsCompiled(String page, String source, int count) throws IOException {
        List<String> shown = ON_PAGE.matcher(read(Path.of("../docs", page)))
                .results()
                .map(match -> match.group(1))
                .toList();
        List<String> compiled = IN_SOURCE
                .matcher(read(Path.of("src/test/java/io/perennial/docs", source)))
                .results()
                .map(SnippetsTest::unindented)
                .toList();

        assertThat(shown).hasSize(count).containsExactlyInAnyOrderElementsOf(compiled);
    }

    private static String unindented(MatchResult match) {
        return match.group(2).stripTrailing().stripIndent() + "\n";
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file);
    }
}
