package io.perennial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How long a line, how long a class may be, and how many classes have room in the package that everything meets in. */
class SourceSizeTest {
    private static final Path ROOT = Path.of("..");
    private static final int COLUMNS = 120;
    private static final int LINES = 400;
    private static final int MEDIAN = 70;
    private static final int CLASSES_IN_SESSION = 25;
    /** Grows with the code: a rule over too few files proves nothing. */
    private static final int FEWEST_FILES = 900;

    /** The formatter leaves comments and strings alone: this holds them to the columns of {@code .editorconfig}. */
    @Test
    void noLineOfAJavaFileIsLongerThanTheEditorShows() throws IOException {
        List<Path> files = javaFiles();
        assertThat(files).hasSizeGreaterThan(FEWEST_FILES);

        List<String> tooLong = new ArrayList<>();
        for (Path file : files) {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).length() > COLUMNS) {
                    tooLong.add(ROOT.relativize(file) + ":" + (i + 1));
                }
            }
        }
        assertThat(tooLong).as("lines of more than %d columns", COLUMNS).isEmpty();
    }

    @Test
    void noClassIsLongerThanAReaderCanKeepInMind() throws IOException {
        List<Path> tooLong = new ArrayList<>();
        for (Path file : javaFiles()) {
            if (linesOf(file) > LINES) {
                tooLong.add(ROOT.relativize(file));
            }
        }
        assertThat(tooLong).as("files of more than %d lines", LINES).isEmpty();
    }

    @Test
    void mostClassesAreShort() throws IOException {
        List<Integer> lines = new ArrayList<>();
        for (Path file : javaFiles()) {
            if (file.toString().replace('\\', '/').contains("/src/main/") && !file.endsWith("package-info.java")) {
                lines.add(linesOf(file));
            }
        }
        Collections.sort(lines);
        assertThat(lines.get(lines.size() / 2)).as("the median").isLessThan(MEDIAN);
    }

    @Test
    void sessionDoesNotBecomeAStoreRoomAgain() throws IOException {
        Path session = Path.of("src/main/java/io/perennial/internal/session");
        assertThat(list(Files.list(session))).hasSizeLessThanOrEqualTo(CLASSES_IN_SESSION);
    }

    private static int linesOf(Path file) throws IOException {
        return Files.readAllLines(file).size();
    }

    /** Of all modules; not what is generated below {@code target}. */
    private static List<Path> javaFiles() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path parent : List.of(ROOT, ROOT.resolve("samples"), ROOT.resolve("samples/support"))) {
            for (Path module : list(Files.list(parent))) {
                Path sources = module.resolve("src");
                if (Files.isDirectory(sources)) {
                    files.addAll(list(
                            Files.walk(sources).filter(file -> file.toString().endsWith(".java"))));
                }
            }
        }
        return files;
    }

    private static List<Path> list(Stream<Path> paths) {
        try (paths) {
            return paths.toList();
        }
    }
}
