package io.perennial.docs;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Holds {@code docs/scenarios.md} to the tags of all modules' tests; with {@code -Dperennial.docs.write=true} it writes
 * the names of the tests anew, and leaves the sentences alone.
 */
class ScenariosTest {
    private static final Path ROOT = Path.of("..");
    private static final Path PAGE = ROOT.resolve("docs/scenarios.md");
    /** A scenario's or a fault's number; what has none, as "soak", is a group of tests. */
    private static final Pattern TAG = Pattern.compile("@Tag\\(\"([A-Z]-?\\d+)\"\\)");

    private static final Pattern LINE = Pattern.compile("(?m)^(\\| ([A-Z]-?\\d+) \\| .+ \\| )(.*) \\|$");
    private static final String SOURCES = "src/test/java";
    private static final String UNTESTED = "no test: ";
    private static final String LINKS = "<!-- Where they are, written by ScenariosTest. -->\n";

    /** By number, the names of the classes and where these are, relative to the page. */
    private final SortedMap<String, SortedMap<String, Path>> tests = new TreeMap<>();

    @BeforeEach
    void collect() throws IOException {
        collectBelow(ROOT);
        collectBelow(ROOT.resolve("samples"));
        collectBelow(ROOT.resolve("samples/support"));
    }

    private void collectBelow(Path folder) throws IOException {
        try (Stream<Path> modules = Files.list(folder)) {
            for (Path module : modules.filter(path -> Files.isDirectory(path.resolve(SOURCES)))
                    .toList()) {
                collectOf(module);
            }
        }
    }

    private void collectOf(Path module) throws IOException {
        try (Stream<Path> files = Files.walk(module.resolve(SOURCES))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                    .sorted()
                    .toList()) {
                TAG.matcher(Files.readString(file)).results().forEach(tag -> tests.computeIfAbsent(
                                tag.group(1), number -> new TreeMap<>())
                        .put(name(module, file), Path.of("..").resolve(ROOT.relativize(file))));
            }
        }
    }

    /** Of a class; with the module where that is another, for some names are there twice. */
    private static String name(Path module, Path file) {
        String name = file.getFileName().toString().replace(".java", "");
        return module.endsWith("core") ? name : name + " (" + ROOT.relativize(module) + ")";
    }

    @Test
    void thePageHasTheTestsOfEveryNumber() throws IOException {
        String page = Files.readString(PAGE);
        assertThat(page).contains(LINKS);
        String expected = LINE.matcher(page.substring(0, page.indexOf(LINKS)))
                        .replaceAll(line -> Matcher.quoteReplacement(written(line)))
                + LINKS
                + links();
        if (Boolean.getBoolean("perennial.docs.write")) {
            Files.writeString(PAGE, expected);
        } else {
            assertThat(page)
                    .as("run this test with -Dperennial.docs.write=true to write the page anew")
                    .isEqualTo(expected);
        }
    }

    @Test
    void thePageHasOneLineForEveryNumber_andATestOrAReasonInEach() throws IOException {
        Map<String, String> lines = new HashMap<>();
        LINE.matcher(Files.readString(PAGE)).results().forEach(line -> assertThat(
                        lines.put(line.group(2), line.group(3)))
                .as("second line of %s", line.group(2))
                .isNull());

        assertThat(lines.keySet())
                .as("for each number in a test's tag write a sentence into docs/scenarios.md")
                .containsAll(tests.keySet());
        lines.keySet().removeAll(tests.keySet());
        assertThat(lines.values())
                .as("of %s, which are in no test's tag", new TreeSet<>(lines.keySet()))
                .allMatch(reason -> reason.startsWith(UNTESTED) && reason.length() > UNTESTED.length());
    }

    private String written(MatchResult line) {
        SortedMap<String, Path> shownBy = tests.get(line.group(2));
        if (shownBy == null) {
            return line.group();
        }
        return line.group(1) + shownBy.keySet().stream().collect(joining("], [", "[", "]")) + " |";
    }

    private String links() {
        SortedMap<String, Path> all = new TreeMap<>();
        tests.values().forEach(all::putAll);
        return all.entrySet().stream()
                .map(test ->
                        "[" + test.getKey() + "]: " + test.getValue().toString().replace('\\', '/') + "\n")
                .collect(joining());
    }
}
