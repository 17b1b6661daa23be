package io.perennial.versions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Holds one table of {@code docs/versions.md} to what was seen, a column at a time; with {@code
 * -Dperennial.docs.write=true} it writes the column. A row is an {@link Essential}; a cell says yes, or no with the
 * number of the sentence below the table by which it was refused.
 */
final class VersionsPage {
    private static final Path PAGE = Path.of("..", "docs", "versions.md");
    private static final Pattern SENTENCE = Pattern.compile("(?m)^(\\d+)\\. (.+)$");
    private static final Pattern REFUSED = Pattern.compile("no \\((\\d+)\\)");
    private static final String YES = "yes";
    private static final String UNKNOWN = "?";

    private final String begin;
    private final String end;
    private final List<String> columns;

    /**
     * One table.
     *
     * @param name as in the comments around it
     * @param writer the test, as in the first of them
     * @param columns their headings
     */
    VersionsPage(String name, Class<?> writer, List<String> columns) {
        begin = "<!-- " + name + ", written by " + writer.getSimpleName() + " -->\n";
        end = "<!-- End of " + name + " -->\n";
        this.columns = columns;
    }

    /** Compares a column, or writes it. */
    void hold(String column, Map<Essential, Optional<String>> seen) throws IOException {
        assertThat(columns).contains(column);
        String page = Files.readString(PAGE);
        assertThat(page).contains(begin, end);
        int from = page.indexOf(begin) + begin.length();
        String table = page.substring(from, page.indexOf(end));
        Map<String, Map<Essential, String>> cells = parse(table);
        for (Essential essential : Essential.values()) {
            cells.get(column).put(essential, seen.get(essential).orElse(YES));
        }
        String expected = render(cells);
        if (Boolean.getBoolean("perennial.docs.write")) {
            Files.writeString(PAGE, page.substring(0, from) + expected + page.substring(page.indexOf(end)));
        } else {
            assertThat(table)
                    .as("run this test with -Dperennial.docs.write=true to write the page anew")
                    .isEqualTo(expected);
        }
    }

    /** Each column's cells, with the sentences instead of their numbers. */
    private Map<String, Map<Essential, String>> parse(String table) {
        Map<String, String> sentences = new LinkedHashMap<>();
        for (MatchResult line : SENTENCE.matcher(table).results().toList()) {
            sentences.put(line.group(1), line.group(2));
        }
        Map<String, Map<Essential, String>> cells = new LinkedHashMap<>();
        columns.forEach(column -> cells.put(column, new LinkedHashMap<>()));
        List<String> lines = table.lines().toList();
        List<String> written = lines.isEmpty() ? List.of() : split(lines.get(0));
        for (Essential essential : Essential.values()) {
            List<String> row = lines.stream()
                    .filter(line -> line.startsWith("| " + essential + " |"))
                    .findFirst()
                    .map(VersionsPage::split)
                    .orElse(List.of());
            for (String column : columns) {
                int place = written.indexOf(column);
                String cell = place >= 0 && place < row.size() ? row.get(place) : UNKNOWN;
                cells.get(column).put(essential, REFUSED.matcher(cell).replaceAll(no -> sentences
                        .getOrDefault(no.group(1), UNKNOWN)
                        .replace("$", "\\$")));
            }
        }
        return cells;
    }

    private static List<String> split(String row) {
        return Arrays.stream(row.split("\\|")).map(String::strip).toList();
    }

    private String render(Map<String, Map<Essential, String>> cells) {
        List<String> sentences = new ArrayList<>();
        var table = new StringBuilder(
                        "| | " + String.join(" | ", columns) + " |\n|---|" + "---|".repeat(columns.size()))
                .append('\n');
        for (Essential essential : Essential.values()) {
            table.append("| ").append(essential).append(" |");
            for (String column : columns) {
                table.append(' ')
                        .append(cell(cells.get(column).get(essential), sentences))
                        .append(" |");
            }
            table.append('\n');
        }
        if (!sentences.isEmpty()) {
            table.append('\n');
        }
        for (int i = 0; i < sentences.size(); i++) {
            table.append(i + 1).append(". ").append(sentences.get(i)).append('\n');
        }
        return table.toString();
    }

    private static String cell(String value, List<String> sentences) {
        if (value.equals(YES) || value.equals(UNKNOWN)) {
            return value;
        }
        if (!sentences.contains(value)) {
            sentences.add(value);
        }
        return "no (" + (sentences.indexOf(value) + 1) + ")";
    }
}
