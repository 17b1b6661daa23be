package io.perennial.benchmarks.scale;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Lines in an SVG picture, for light and dark backgrounds. */
final class Chart {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 380;
    private static final int LEFT = 70;
    private static final int RIGHT = 20;
    private static final int TOP = 44;
    private static final int LINE = 17;
    private static final List<String> COLOURS =
            List.of("#c0392b", "#1f6fb2", "#2e8b57", "#b8860b", "#7d3c98", "#666666");
    private static final List<String> DASHES = List.of("", "7 3", "2 3", "9 3 2 3", "4 4", "1 4");

    private final String title;
    private final Axis across;
    private final Axis up;
    private final List<Line> lines = new ArrayList<>();

    Chart(String title, Axis across, Axis up) {
        this.title = title;
        this.across = across;
        this.up = up;
    }

    /**
     * An axis.
     *
     * @param isLogarithmic whether each mark is a multiple of the one before
     * @param marks in ascending order; the first and the last are its ends
     */
    record Axis(String title, boolean isLogarithmic, List<Double> marks) {
        static Axis linear(String title, double... marks) {
            return new Axis(title, false, Arrays.stream(marks).boxed().toList());
        }

        static Axis logarithmic(String title, double... marks) {
            return new Axis(title, true, Arrays.stream(marks).boxed().toList());
        }

        double place(double value) {
            double low = marks.get(0);
            double high = marks.get(marks.size() - 1);
            double inside = Math.max(low, Math.min(high, value));
            return isLogarithmic
                    ? (Math.log(inside) - Math.log(low)) / (Math.log(high) - Math.log(low))
                    : (inside - low) / (high - low);
        }
    }

    private record Line(String name, List<double[]> points) {}

    void line(String name, List<double[]> points) {
        lines.add(new Line(name, points));
    }

    String svg() {
        int legend = LINE * lines.size() + 8;
        int height = HEIGHT + legend;
        var out = new StringBuilder();
        out.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
                .formatted(WIDTH, height, WIDTH, height));
        out.append(
                "font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        text(out, LEFT, 20, "start", title, "font-size=\"15\" font-weight=\"bold\"");
        text(out, LEFT, 37, "start", up.title(), "");
        for (double mark : up.marks()) {
            rule(out, LEFT, y(mark), WIDTH - RIGHT, y(mark));
            text(out, LEFT - 6, y(mark) + 4, "end", label(mark), "");
        }
        for (double mark : across.marks()) {
            rule(out, x(mark), TOP, x(mark), bottom());
            text(out, x(mark), bottom() + 16, "middle", label(mark), "");
        }
        text(out, (LEFT + WIDTH - RIGHT) / 2.0, bottom() + 33, "middle", across.title(), "");
        for (int i = 0; i < lines.size(); i++) {
            draw(out, i, HEIGHT + LINE * i + 4);
        }
        return out.append("</svg>\n").toString();
    }

    private void draw(StringBuilder out, int number, int legendY) {
        Line line = lines.get(number);
        String style = "fill=\"none\" stroke=\"%s\" stroke-width=\"2\" stroke-dasharray=\"%s\""
                .formatted(COLOURS.get(number % COLOURS.size()), DASHES.get(number % DASHES.size()));
        var path = new StringBuilder();
        for (double[] point : line.points()) {
            path.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(point[0]), y(point[1])));
        }
        out.append("<polyline %s points=\"%s\"/>\n"
                .formatted(style, path.toString().trim()));
        out.append("<polyline %s points=\"%d,%d %d,%d\"/>\n".formatted(style, LEFT, legendY, LEFT + 40, legendY));
        text(out, LEFT + 48, legendY + 4, "start", line.name(), "");
    }

    private static void text(StringBuilder out, double x, double y, String anchor, String text, String more) {
        out.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" %s>%s</text>%n",
                x,
                y,
                anchor,
                more,
                text));
    }

    private static void rule(StringBuilder out, double x1, double y1, double x2, double y2) {
        out.append(String.format(
                Locale.ROOT, "<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"#ddd\" fill=\"none\"/>%n", x1, y1, x2, y2));
    }

    private static int bottom() {
        return HEIGHT - 50;
    }

    private double x(double value) {
        return LEFT + across.place(value) * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        return bottom() - up.place(value) * (bottom() - TOP);
    }

    private static String label(double mark) {
        return mark == Math.rint(mark)
                ? String.format(Locale.ROOT, "%,d", (long) mark)
                : String.format(Locale.ROOT, "%s", mark);
    }
}
