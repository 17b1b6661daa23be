package io.perennial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The formatter leaves comments and strings alone: this holds them to the 120 columns of {@code .editorconfig}. */
class LineLengthTest {
    private static final Path ROOT = Path.of("..");
    private static final int COLUMNS = 120;
    /** Grows with the code: a rule over too few files proves nothing. */
    private static final int FEWEST_FILES = 900;

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
