package io.perennial.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;
import org.junit.jupiter.api.Test;

/**
 * Holds the table in {@code docs/spring-properties.md} to the metadata that the build makes of the property classes;
 * with {@code -Dperennial.docs.write=true} it writes it anew.
 */
class PropertyTableTest {
    private static final Path METADATA = Path.of("target", "classes", "META-INF", "spring-configuration-metadata.json");
    private static final Path PAGE = Path.of("..", "docs", "spring-properties.md");
    private static final String BEGIN = "<!-- The table is written by PropertyTableTest. -->\n";
    private static final String END = "<!-- End of the table -->\n";

    @Test
    void thePageHasTheTableOfAllProperties() throws Exception {
        String page = Files.readString(PAGE);
        assertThat(page).contains(BEGIN, END);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf(END);
        String expected = page.substring(0, begin) + table() + page.substring(end);
        if (Boolean.getBoolean("perennial.docs.write")) {
            Files.writeString(PAGE, expected);
        } else {
            assertThat(page)
                    .as("run this test with -Dperennial.docs.write=true to write the page anew")
                    .isEqualTo(expected);
        }
    }

    @Test
    void everyPropertyIsDescribed() throws Exception {
        assertThat(properties()).hasSizeGreaterThan(20).allSatisfy(property -> {
            assertThat(property.optString("description"))
                    .as(property.toString())
                    .endsWith(".");
            assertThat(property.has("type")).as(property.toString()).isTrue();
        });
    }

    @Test
    void thePageTellsOfEachNodesProperties() throws Exception {
        String page = Files.readString(PAGE);
        for (var field : NodeProperties.class.getDeclaredFields()) {
            assertThat(page).contains("`" + kebab(field.getName()) + "`");
        }
    }

    private static String table() throws IOException, JSONException {
        var table = new StringBuilder("""
                | property | type | default | what it says |
                |---|---|---|---|
                """);
        for (JSONObject property : properties()) {
            table.append("| `").append(property.getString("name"));
            table.append("` | ").append(type(property.optString("type")));
            table.append(" | ").append(code(property.optString("defaultValue")));
            table.append(" | ")
                    .append(property.optString("description")
                            .replaceAll("\\s+", " ")
                            .replace("|", "\\|"))
                    .append(" |\n");
        }
        return table.toString();
    }

    private static List<JSONObject> properties() throws IOException, JSONException {
        JSONArray all = new JSONObject(Files.readString(METADATA)).getJSONArray("properties");
        List<JSONObject> properties = new ArrayList<>();
        for (int i = 0; i < all.length(); i++) {
            JSONObject property = all.getJSONObject(i);
            if (!property.has("deprecation")) {
                properties.add(property);
            }
        }
        properties.sort(Comparator.comparing(property -> property.optString("name")));
        return properties;
    }

    /** Without packages, as nobody who sets a property needs them. */
    private static String type(String name) {
        return code(name.replaceAll("[\\w.]*[.$](\\w+)", "$1").replace(",", ", "));
    }

    private static String code(String text) {
        return text.isEmpty() ? "" : "`" + text + "`";
    }

    private static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
