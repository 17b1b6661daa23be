package io.perennial.spring.boot.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.perennial.ResilientSession;
import io.perennial.spring.boot.StubSession;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.NoLeaks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The files for Prometheus and Grafana, and the page's table, go by what the code registers. */
@ExtendWith(NoLeaks.class)
class ObservabilityIT {
    private static final Path RULES = Path.of("../spring-integration/observability/prometheus-rules.yml");
    private static final Path DASHBOARD = Path.of("../spring-integration/observability/grafana-dashboard.json");
    private static final Path PAGE = Path.of("../docs/spring.md");
    private static final Pattern LABEL_IN_RULE = Pattern.compile("\\$labels\\.(\\w+)");
    private static final Pattern LABEL_IN_LEGEND = Pattern.compile("\\{\\{(\\w+)}}");

    private static Scrape scrape;

    private final PromQlCheck check = new PromQlCheck(scrape);

    @BeforeAll
    static void scrapeARealSession() throws Exception {
        try (var server = EmbeddedServer.start();
                ResilientSession session = ResilientSession.builder()
                        .connectString(server.connectString())
                        .build()) {
            var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            new SessionMetrics(session).bindTo(registry);
            assertThat(session.start().awaitConnected(Duration.ofSeconds(60))).isTrue();
            scrape = Scrape.parse(registry.scrape());
        }
    }

    @Test
    void rulesGoByWhatIsRegistered() throws IOException {
        var names = new HashSet<String>();
        for (Map<String, Object> rule : rules()) {
            assertThat(rule).containsKeys("alert", "expr", "labels", "annotations");
            assertThat(rule.keySet()).isSubsetOf("alert", "expr", "for", "labels", "annotations");
            assertThat(names.add((String) rule.get("alert")))
                    .as("%s is there once", rule.get("alert"))
                    .isTrue();
            assertThat(check.unknown((String) rule.get("expr")))
                    .as("%s", rule.get("alert"))
                    .isEmpty();
            assertThat(String.valueOf(rule.getOrDefault("for", "0s"))).matches("\\d+[smh]");
            assertThat(strings(rule, "labels").get("severity")).isIn("critical", "warning", "info");
            assertThat(strings(rule, "annotations")).containsOnlyKeys("summary", "description");
            String texts = strings(rule, "annotations").values().toString();
            assertThat(LABEL_IN_RULE.matcher(texts).results().map(label -> label.group(1)))
                    .as("%s", rule.get("alert"))
                    .isNotEmpty()
                    .allMatch(check::hasLabel);
        }
        assertThat(names).contains("PerennialNodesMissing", "PerennialSessionDown", "PerennialSessionLost");
    }

    @Test
    void theAlertThatPeopleNeedIsThere() throws IOException {
        assertThat(rules())
                .filteredOn(rule -> rule.get("alert").equals("PerennialNodesMissing"))
                .singleElement()
                .satisfies(rule -> {
                    assertThat(rule.get("expr")).isEqualTo("(perennial_nodes_wanted - perennial_nodes_held) != 0");
                    assertThat(rule.get("for")).isEqualTo("2m");
                });
    }

    @Test
    void dashboardGoesByWhatIsRegistered_andShowsAllOfIt() throws IOException {
        JsonNode dashboard = dashboard();
        for (JsonNode panel : dashboard.get("panels")) {
            String title = panel.get("title").stringValue();
            assertThat(panel.get("targets")).as(title).isNotEmpty();
            for (JsonNode target : panel.get("targets")) {
                assertThat(check.unknown(target.get("expr").stringValue()))
                        .as(title)
                        .isEmpty();
                assertThat(LABEL_IN_LEGEND
                                .matcher(target.get("legendFormat").stringValue())
                                .results()
                                .map(label -> label.group(1)))
                        .as(title)
                        .allMatch(check::hasLabel);
            }
        }
        assertThat(check.used).isEqualTo(scrape.metrics().keySet());
    }

    @Test
    void dashboardCanBeImported() throws IOException {
        JsonNode dashboard = dashboard();
        assertThat(dashboard.get("id").isNull())
                .as("a new one, wherever it goes")
                .isTrue();
        assertThat(dashboard.get("schemaVersion").intValue()).isEqualTo(39);
        Map<String, JsonNode> variables = dashboard
                .at("/templating/list")
                .valueStream()
                .collect(Collectors.toMap(variable -> variable.get("name").stringValue(), variable -> variable));
        assertThat(variables).containsOnlyKeys("datasource", "instance", "session");
        assertThat(variables.get("datasource").get("query").stringValue()).isEqualTo("prometheus");
        for (String name : List.of("instance", "session")) {
            assertThat(check.unknownInVariable(
                            variables.get(name).at("/query/query").stringValue()))
                    .as(name)
                    .isEmpty();
        }
        var ids = new HashSet<Integer>();
        var cells = new HashSet<String>();
        for (JsonNode panel : dashboard.get("panels")) {
            assertThat(ids.add(panel.get("id").intValue())).isTrue();
            assertThat(panel.at("/datasource/uid").stringValue()).isEqualTo("${datasource}");
            place(panel.get("gridPos"), cells);
        }
    }

    /** On Grafana's grid of 24 columns, where nothing is yet. */
    private static void place(JsonNode at, HashSet<String> cells) {
        for (int x = 0; x < at.get("w").intValue(); x++) {
            for (int y = 0; y < at.get("h").intValue(); y++) {
                int column = at.get("x").intValue() + x;
                assertThat(column).isLessThan(24);
                assertThat(cells.add(column + "/" + (at.get("y").intValue() + y)))
                        .as("%s overlaps", at)
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @DisplayName("The check itself notices a name that is wrong")
    @CsvSource(
            delimiter = '>',
            value = {
                "perennial_nodes_hold != 0                                    > perennial_nodes_hold",
                "sum(increase(perennial_session_losses[5m]))                  > perennial_session_losses",
                "perennial_nodes_held{sesion=\"a\"}                           > perennial_nodes_held{sesion}",
                "perennial_nodes_held{state=\"LOST\"}                         > perennial_nodes_held{state}",
                "perennial_session_state{state=~\"LOST|GONE\"} == 1           > perennial_session_state{state=GONE}",
                "sum by (kind) (increase(perennial_session_losses_total[5m]))  > kind",
                "summ(perennial_nodes_held)                                    > summ"
            })
    void noticesWhatIsUnknown(String expression, String unknown) {
        assertThat(check.unknown(expression)).containsExactly(unknown);
    }

    @Test
    @DisplayName("docs/spring.md lists the meters as they are registered")
    void pageListsTheMeters() throws IOException {
        assertThat(Files.readString(PAGE)).contains(table());
    }

    @Test
    @DisplayName("docs/spring.md has the alert that people really need as it is in the rules")
    void pageHasTheAlert() throws IOException {
        String alert = """
                - alert: PerennialNodesMissing
                  expr: (perennial_nodes_wanted - perennial_nodes_held) != 0
                  for: 2m
                """;
        assertThat(Files.readString(PAGE)).contains(alert);
        assertThat(Files.readString(RULES)).contains(alert.indent(6));
    }

    @Test
    @EnabledIf("hasPromtool")
    @DisplayName("promtool, where there is one, finds the alerts to fire when they should")
    void rulesPassTheirTests() throws Exception {
        Process promtool = new ProcessBuilder("promtool", "test", "rules", "prometheus-rules.test.yml")
                .directory(RULES.getParent().toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(promtool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(promtool.exitValue()).as(output).isZero();
    }

    static boolean hasPromtool() {
        try {
            Process version = new ProcessBuilder("promtool", "--version")
                    .redirectErrorStream(true)
                    .start();
            version.getInputStream().readAllBytes();
            return version.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static String table() {
        var registry = new SimpleMeterRegistry();
        new SessionMetrics(StubSession.connected("orders")).bindTo(registry);
        var lines = new LinkedHashMap<String, String>();
        registry.getMeters().stream()
                .map(Meter::getId)
                .sorted((one, other) -> one.getName().compareTo(other.getName()))
                .forEach(id -> lines.put(
                        id.getName(),
                        "| `%s` | %s | %s | %s |"
                                .formatted(
                                        id.getName(),
                                        id.getType().name().toLowerCase(Locale.ROOT)
                                                + (id.getBaseUnit() == null ? "" : ", " + id.getBaseUnit()),
                                        id.getTags().stream()
                                                .map(Tag::getKey)
                                                .sorted()
                                                .map(key -> "`" + key + "`")
                                                .collect(Collectors.joining(", ")),
                                        id.getDescription())));
        return "| name | type | tags | meaning |\n|---|---|---|---|\n" + String.join("\n", lines.values()) + "\n";
    }

    private static JsonNode dashboard() throws IOException {
        return new JsonMapper().readTree(Files.readString(DASHBOARD));
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> rules() throws IOException {
        Map<String, Object> file = new Yaml().load(Files.readString(RULES));
        var rules = new ArrayList<Map<String, Object>>();
        for (Map<String, Object> group : (List<Map<String, Object>>) file.get("groups")) {
            assertThat(group).containsOnlyKeys("name", "rules");
            rules.addAll((List<Map<String, Object>>) group.get("rules"));
        }
        return rules;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> strings(Map<String, Object> rule, String key) {
        return (Map<String, String>) rule.get(key);
    }
}
