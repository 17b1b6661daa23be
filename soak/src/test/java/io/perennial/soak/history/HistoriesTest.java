package io.perennial.soak.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoriesTest {
    @TempDir
    Path directory;

    @Test
    void readsWhatWasWritten_whateverIsInIt() {
        Path file = directory.resolve("history");
        try (var writer = new HistoryWriter(file)) {
            writer.add(Fact.Kind.NOTE, "w0s1", "a\ttab, a line's\nend, a back\\slash, \\t", "");
            writer.add(Fact.Kind.LEASE, "w0s1", 1, 2, 3);
        }

        assertThat(read(file))
                .extracting(Fact::values)
                .containsExactly(List.of("a\ttab, a line's\nend, a back\\slash, \\t", ""), List.of("1", "2", "3"));
    }

    @Test
    void leavesOutALastLineThatIsNotWhole() throws Exception {
        Path file = directory.resolve("history");
        try (var writer = new HistoryWriter(file)) {
            writer.add(Fact.Kind.NOTE, "w0s1", "whole");
        }
        Files.writeString(file, "123\t45", StandardOpenOption.APPEND);

        assertThat(read(file)).extracting(fact -> fact.value(0)).containsExactly("whole");
    }

    private static List<Fact> read(Path file) {
        List<Fact> facts = new ArrayList<>();
        Histories.read(file, facts::add);
        return facts;
    }
}
