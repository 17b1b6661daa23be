package io.perennial.spring.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the page shows is what is compiled here, to the letter, and all of it. */
class ModelSnippetsTest {
    private static final Path SNIPPETS =
            Path.of("../spring-integration/src/test/java/io/perennial/spring/docs/ModelSnippets.java");
    private static final Pattern ON_PAGE = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern IN_SOURCE =
            Pattern.compile(" *// \\[([a-z-]+)\\]\\n(.*?) *// \\[end\\]", Pattern.DOTALL);

    @Test
    void pageShowsWhatIsCompiled() throws IOException {
        List<String> shown = ON_PAGE.matcher(Files.readString(Path.of("../docs/spring-model.md")))
                .results()
                .map(match -> match.group(1))
                .toList();
        List<String> compiled = IN_SOURCE
                .matcher(Files.readString(SNIPPETS))
                .results()
                .map(ModelSnippetsTest::unindented)
                .toList();

        assertThat(shown).hasSize(7).containsExactlyInAnyOrderElementsOf(compiled);
    }

    private static String unindented(MatchResult match) {
        return match.group(2).stripTrailing().stripIndent() + "\n";
    }
}
