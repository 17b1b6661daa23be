package io.perennial.spring.boot.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds what a PromQL expression names that a scrape does not have: metrics, labels and, of labels with known values,
 * values. It is no parser; whatever is neither a metric nor a function listed here is unknown.
 */
final class PromQlCheck {
    /** What Prometheus itself adds to each sample. */
    private static final Set<String> TARGET_LABELS = Set.of("instance", "job");

    private static final Set<String> WORDS = Set.of("sum", "increase", "rate", "abs", "round", "vector", "or");
    private static final Set<String> KNOWN_VALUES = Set.of("state", "diagnosis");

    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|without)\\s*\\(([^)]*)\\)");
    private static final Pattern RANGE = Pattern.compile("\\[[^\\]]*]");
    private static final Pattern NAME = Pattern.compile("([a-zA-Z_]\\w*)\\s*(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)\\s*\"([^\"]*)\"");
    private static final Pattern VARIABLE = Pattern.compile("label_values\\((.*), (\\w+)\\)");

    private final Scrape scrape;
    /** What it has come across. */
    final Set<String> used = new TreeSet<>();

    PromQlCheck(Scrape scrape) {
        this.scrape = scrape;
    }

    /** What is unknown; empty when all is well. */
    List<String> unknown(String expression) {
        var unknown = new ArrayList<String>();
        var known = new TreeMap<String, Set<String>>();
        String rest = RANGE.matcher(expression).replaceAll("");
        Matcher names = NAME.matcher(GROUPING.matcher(rest).replaceAll(""));
        while (names.find()) {
            String name = names.group(1);
            Map<String, Set<String>> labels = scrape.metrics().get(name);
            if (labels != null) {
                used.add(name);
                known.putAll(labels);
                matchers(name, labels, names.group(2), unknown);
            } else if (!WORDS.contains(name)) {
                unknown.add(name);
            }
        }
        GROUPING.matcher(rest)
                .results()
                .flatMap(grouping -> Arrays.stream(grouping.group(1).split(",")))
                .map(String::strip)
                .filter(label -> !isLabel(known, label))
                .forEach(unknown::add);
        return unknown;
    }

    private static void matchers(String name, Map<String, Set<String>> labels, String matchers, List<String> unknown) {
        MATCHER.matcher(matchers == null ? "" : matchers).results().forEach(matcher -> {
            String label = matcher.group(1);
            if (!isLabel(labels, label)) {
                unknown.add(name + "{" + label + "}");
            } else if (KNOWN_VALUES.contains(label)) {
                Arrays.stream(matcher.group(2).split("\\|"))
                        .filter(value -> !labels.get(label).contains(value))
                        .forEach(value -> unknown.add(name + "{" + label + "=" + value + "}"));
            }
        });
    }

    /** The same of a dashboard's variable, {@code label_values(metric, label)}. */
    List<String> unknownInVariable(String query) {
        Matcher variable = VARIABLE.matcher(query);
        if (!variable.matches()) {
            return List.of(query);
        }
        List<String> unknown = unknown(variable.group(1));
        return unknown.isEmpty() ? unknown("sum by (" + variable.group(2) + ") (" + variable.group(1) + ")") : unknown;
    }

    /** Whether some metric has that label: for texts in which labels are put. */
    boolean hasLabel(String label) {
        return scrape.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().startsWith("perennial_"))
                .anyMatch(metric -> isLabel(metric.getValue(), label));
    }

    private static boolean isLabel(Map<String, ?> labels, String label) {
        return labels.containsKey(label) || TARGET_LABELS.contains(label);
    }
}
