package io.perennial.benchmarks.results;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * A picture of one row: for each size a group of horizontal bars, one for each variant. The bar is the median, the thin
 * line goes on to the worst figure. All start at zero, so lengths may be compared.
 */
final class SvgChart {
    private static final int LABELS = 170;
    private static final int BARS = 520;
    private static final int RIGHT = 110;
    private static final int LINE = 22;
    private static final int TOP = 62;
    private static final Map<String, String> COLOURS =
            Map.of("Perennial", "#2563a8", "raw", "#7a7a7a", "wire", "#b0b0b0");
    private static final String OTHERS = "#d08a2e";

    private final Subject subject;
    private final Map<String, Map<Integer, Summary>> summaries;
    private final List<String> elements = new ArrayList<>();

    private SvgChart(Subject subject, Map<String, Map<Integer, Summary>> summaries) {
        this.subject = subject;
        this.summaries = summaries;
    }

    static String of(Subject subject, Map<String, Map<Integer, Summary>> summaries) {
        return new SvgChart(subject, summaries).draw();
    }

    private String draw() {
        var sizes = new TreeSet<Integer>();
        summaries.values().forEach(bySize -> sizes.addAll(bySize.keySet()));
        double most = summaries.values().stream()
                .flatMap(bySize -> bySize.values().stream())
                .mapToDouble(summary -> Math.max(summary.median(), summary.worst()))
                .max()
                .orElse(1);
        text(10, 24, "bold", "start", subject.name());
        text(
                10,
                44,
                "normal",
                "start",
                subject.unit() + ", " + (subject.lessIsBetter() ? "less" : "more")
                        + " is better; bar: median, line: worst");
        int y = TOP;
        for (int size : sizes) {
            if (sizes.size() > 1) {
                text(10, y + 15, "bold", "start", String.format(Locale.ROOT, "%,d items", size));
                y += LINE;
            }
            for (Map.Entry<String, Map<Integer, Summary>> variant : summaries.entrySet()) {
                Summary summary = variant.getValue().get(size);
                if (summary != null) {
                    bar(y, variant.getKey(), summary, most);
                    y += LINE;
                }
            }
            y += LINE / 2;
        }
        int width = LABELS + BARS + RIGHT;
        return String.format(
                        Locale.ROOT,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
                                + " font-family=\"sans-serif\" font-size=\"13\">%n",
                        width,
                        y,
                        width,
                        y)
                + String.format("<title>%s</title>%n", escaped(subject.title()))
                + String.format("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>%n", width, y)
                + String.join("\n", elements)
                + "\n</svg>\n";
    }

    private void bar(int y, String variant, Summary summary, double most) {
        double median = BARS * summary.median() / most;
        double worst = BARS * summary.worst() / most;
        text(LABELS - 8, y + 15, "normal", "end", variant);
        elements.add(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                LABELS,
                y + 3,
                median,
                LINE - 6,
                COLOURS.getOrDefault(variant, OTHERS)));
        elements.add(String.format(
                Locale.ROOT,
                "<path d=\"M%.1f %dH%.1f\" stroke=\"#333333\" stroke-width=\"1.5\"/>",
                LABELS + Math.min(median, worst),
                y + LINE / 2,
                LABELS + Math.max(median, worst)));
        text((int) (LABELS + Math.max(median, worst) + 6), y + 15, "normal", "start", Figures.text(summary.median()));
    }

    private void text(int x, int y, String weight, String anchor, String text) {
        elements.add(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" font-weight=\"%s\" text-anchor=\"%s\" fill=\"#222222\">%s</text>",
                x,
                y,
                weight,
                anchor,
                escaped(text)));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
