package io.perennial.benchmarks.scale;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code docs/scale.md}: people write the text, the program what is between a begin and an end. */
final class Page {
    private final Path docs;

    Page(Path docs) {
        this.docs = docs;
    }

    /** Replaces one part; runs of other parts may do the same meanwhile. */
    void write(String part, String content) {
        String begin = "<!-- begin " + part + " -->\n";
        String end = "<!-- end " + part + " -->";
        try {
            Path file = docs.resolve("scale.md");
            String page = Files.readString(file);
            int from = page.indexOf(begin);
            int to = page.indexOf(end);
            if (from < 0 || to < from) {
                throw new IllegalStateException("no part '" + part + "' in " + file);
            }
            Files.writeString(file, page.substring(0, from + begin.length()) + content + page.substring(to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void draw(String name, Chart chart) {
        try {
            Path folder = Files.createDirectories(docs.resolve("scale"));
            Files.writeString(folder.resolve(name + ".svg"), chart.svg());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
