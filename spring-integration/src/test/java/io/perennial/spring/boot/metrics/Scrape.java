package io.perennial.spring.boot.metrics;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Prometheus gets to see: metrics by name, each with the values that its labels have. */
record Scrape(Map<String, Map<String, Set<String>>> metrics) {
    private static final Pattern LINE = Pattern.compile("(\\w+)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    static Scrape parse(String text) {
        var metrics = new TreeMap<String, Map<String, Set<String>>>();
        text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            Matcher parts = LINE.matcher(line);
            if (!parts.matches()) {
                throw new IllegalArgumentException("not a sample: " + line);
            }
            Map<String, Set<String>> labels = metrics.computeIfAbsent(parts.group(1), name -> new TreeMap<>());
            if (parts.group(2) != null) {
                LABEL.matcher(parts.group(2)).results().forEach(label -> labels.computeIfAbsent(
                                label.group(1), name -> new TreeSet<>())
                        .add(label.group(2)));
            }
        });
        return new Scrape(metrics);
    }
}
