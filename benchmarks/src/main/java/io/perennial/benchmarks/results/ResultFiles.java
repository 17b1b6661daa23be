package io.perennial.benchmarks.results;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes {@code results.md}, {@code results.csv} and an SVG picture for each row. */
public final class ResultFiles {
    private final Path directory;
    private final List<String> machine;

    /**
     * Nothing is written yet.
     *
     * @param directory made when it does not exist
     * @param machine what describes the machine, the versions and the day
     */
    public ResultFiles(Path directory, List<String> machine) {
        this.directory = directory;
        this.machine = List.copyOf(machine);
    }

    /**
     * Writes the files anew, in the place of earlier ones: so a run that is cut short leaves what it has measured.
     *
     * @param results all of them
     * @throws IOException when they cannot be written
     */
    public void write(Results results) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("results.md"), MarkdownPage.of(results, machine));
        Files.writeString(directory.resolve("results.csv"), CsvTable.of(results));
        for (Subject subject : results.subjects()) {
            Files.writeString(
                    directory.resolve(subject.name() + ".svg"), SvgChart.of(subject, results.summaries(subject)));
        }
    }
}
