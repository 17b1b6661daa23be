package io.perennial.samples.incident;

import io.perennial.samples.page.Markup;
import java.util.List;
import java.util.function.ToIntFunction;

/** The chart: a column for each application, its connections above, its threads below, all on the same scales. */
final class Picture {
    private static final double WIDTH = 1000;
    private static final double HEIGHT = 556;
    private static final double LEFT = 64;
    private static final double RIGHT = 16;
    private static final double GAP = 18;
    private static final int MOST_TICKS = 4;
    /** Above the curves, in their heights. */
    private static final double ROOM_FOR_WORDS = 1.5;

    private static final String STYLE = """
            .incident { --paper: #ffffff; --ink: #1f2328; --soft: #59636e; --line: #d1d9e0; --plot: #f6f8fa;
              --bad: #d55e00; --bad-ink: #b34700; --good: #009e73; --good-ink: #00735a; }
            @media (prefers-color-scheme: dark) {
              .incident { --paper: #0d1117; --ink: #f0f6fc; --soft: #9198a1; --line: #3d444d; --plot: #151b23;
                --bad: #ff8a3d; --bad-ink: #ff9d5c; --good: #2fc79b; --good-ink: #4bd6ae; }
            }
            .incident text { font-family: system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans',
              sans-serif; font-size: 13px; fill: var(--ink); }
            .incident .paper { fill: var(--paper); }
            .incident .plot { fill: var(--plot); }
            .incident .grid { stroke: var(--line); stroke-width: 1; }
            .incident .soft { fill: var(--soft); }
            .incident .small { font-size: 12px; }
            .incident .strong { font-weight: 600; }
            .incident .title { font-size: 21px; font-weight: 650; }
            .incident .figure { font-size: 30px; font-weight: 650; }
            .incident .over { paint-order: stroke; stroke: var(--plot); stroke-width: 4px; stroke-linejoin: round; }
            .incident .moment { stroke: var(--soft); stroke-width: 1.2; stroke-dasharray: 3 3; }
            .incident .pin { fill: var(--soft); }
            .incident .pin-text { fill: var(--paper); font-size: 11px; font-weight: 700; text-anchor: middle; }
            .incident .curve { fill: none; stroke-width: 2.4; stroke-linejoin: round; }
            .incident .area { opacity: 0.18; }
            .incident .bad .curve { stroke: var(--bad); }
            .incident .bad .area, .incident .bad.swatch { fill: var(--bad); }
            .incident .bad .word { fill: var(--bad-ink); }
            .incident .good .curve { stroke: var(--good); }
            .incident .good .area, .incident .good.swatch { fill: var(--good); }
            .incident .good .word { fill: var(--good-ink); }
            """;

    private final Report report;
    private final double panelWidth;
    private final Scale connections;
    private final Scale threads;

    Picture(Report report) {
        this.report = report;
        int panels = report.verdicts().size();
        panelWidth = (WIDTH - LEFT - RIGHT - GAP * (panels - 1)) / panels;
        connections = Scale.upTo(most(course -> course.connections().size()) * ROOM_FOR_WORDS, 368, 190);
        threads = Scale.upTo(
                most(course -> course.samples().stream()
                        .mapToInt(Sample::threads)
                        .max()
                        .orElse(0)),
                498,
                408);
    }

    /** As a separate file. */
    String svg() {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + element();
    }

    /** As a part of a page. */
    String element() {
        var out = new Markup();
        out.open(
                "svg",
                "xmlns",
                "http://www.w3.org/2000/svg",
                "class",
                "incident",
                "viewBox",
                "0 0 " + Markup.number(WIDTH) + " " + Markup.number(HEIGHT),
                "role",
                "img",
                "aria-labelledby",
                "incident-title incident-description");
        out.text("title", "What is left of a web application whose start has failed", "id", "incident-title");
        out.text("desc", description(), "id", "incident-description");
        out.text("style", STYLE);
        out.empty("rect", "class", "paper", "width", WIDTH, "height", HEIGHT, "rx", 8);
        heading(out);
        axes(out);
        for (int i = 0; i < report.verdicts().size(); i++) {
            panel(out, report.verdicts().get(i), LEFT + i * (panelWidth + GAP));
        }
        return out.close("svg").toString();
    }

    private String description() {
        var text = new StringBuilder("Connections accepted and threads left of "
                + report.verdicts().size() + " web applications over time.");
        for (Verdict verdict : report.verdicts()) {
            text.append(' ')
                    .append(verdict.variant().title())
                    .append(", ")
                    .append(verdict.variant().subtitle())
                    .append(": ")
                    .append(Math.round(verdict.perMinute()))
                    .append(" connections a minute after the restart, ")
                    .append(verdict.course().last().threads())
                    .append(" threads left, ")
                    .append(verdict.outcome())
                    .append('.');
        }
        return text.toString();
    }

    private void heading(Markup out) {
        out.text("text", "A web application fails to start. What stays behind?", "class", "title", "x", 24, "y", 38);
        out.text(
                "text",
                "The same application four times in one Tomcat: each had opened a ZooKeeper session when a later part"
                        + " of it threw an exception.",
                "class",
                "soft",
                "x",
                24,
                "y",
                62);
        pin(out, "1", 32, 86);
        out.text("text", "the start fails", "class", "small", "x", 46, "y", 90);
        pin(out, "2", 152, 86);
        out.text("text", "the ZooKeeper server is back after a restart", "class", "small", "x", 166, "y", 90);
        out.empty("rect", "class", "bad swatch", "x", 456, "y", 80, "width", 14, "height", 12, "rx", 2);
        out.text("text", "something is left", "class", "small", "x", 476, "y", 90);
        out.empty("rect", "class", "good swatch", "x", 604, "y", 80, "width", 14, "height", 12, "rx", 2);
        out.text("text", "nothing is left", "class", "small", "x", 624, "y", 90);
    }

    private void axes(Markup out) {
        upright(out, "connections, in all", connections);
        upright(out, "threads", threads);
        for (Scale scale : List.of(connections, threads)) {
            for (double tick : scale.ticks(MOST_TICKS)) {
                out.text(
                        "text",
                        Markup.number(tick),
                        "class",
                        "soft small",
                        "x",
                        LEFT - 8,
                        "y",
                        scale.at(tick) + 4,
                        "text-anchor",
                        "end");
            }
        }
        out.text(
                "text",
                "seconds since the start failed",
                "class",
                "soft small",
                "x",
                (LEFT + WIDTH - RIGHT) / 2,
                "y",
                HEIGHT - 16,
                "text-anchor",
                "middle");
    }

    private static void upright(Markup out, String label, Scale scale) {
        double middle = (scale.start() + scale.end()) / 2;
        out.text(
                "text",
                label,
                "class",
                "soft small",
                "transform",
                "translate(22 " + Markup.number(middle) + ") rotate(-90)",
                "text-anchor",
                "middle");
    }

    private void panel(Markup out, Verdict verdict, double left) {
        var time = new Scale(report.beganAt(), report.endedAt(), left, left + panelWidth);
        Course course = verdict.course();
        out.open(
                "g",
                "class",
                verdict.isClean() ? "good" : "bad",
                "data-variant",
                verdict.variant().key());
        String name = verdict.variant().key() + " · " + verdict.variant().title();
        out.text("text", name, "class", "strong", "x", left, "y", 124, "style", "font-size:15px");
        out.text("text", verdict.variant().subtitle(), "class", "soft", "x", left, "y", 143);
        out.text(
                "text",
                (verdict.isClean() ? "✓ " : "✗ ") + verdict.outcome(),
                "class",
                "strong word",
                "x",
                left,
                "y",
                163);
        plot(out, connections, time);
        plot(out, threads, time);
        curve(out, "connections", steps(course.connections(), time), connections, time);
        curve(out, "threads", threadSteps(course, time), threads, time);
        moments(out, time);
        double words = words(time);
        out.text("text", figure(verdict), "class", "figure word over", "x", words, "y", 228);
        out.text("text", "connections a minute", "class", "soft small over", "x", words, "y", 246);
        out.text(
                "text",
                threadsLeft(course),
                "class",
                "strong word over",
                "x",
                time.end() - 8,
                "y",
                threads.end() + 18,
                "text-anchor",
                "end");
        for (double tick : time.ticks(MOST_TICKS)) {
            out.text(
                    "text",
                    Markup.number(tick),
                    "class",
                    "soft small",
                    "x",
                    time.at(tick),
                    "y",
                    threads.start() + 17,
                    "text-anchor",
                    "middle");
        }
        out.close("g");
    }

    private static String figure(Verdict verdict) {
        return Long.toString(Math.round(verdict.perMinute()));
    }

    private static String threadsLeft(Course course) {
        int left = course.last().threads();
        return left + (left == 1 ? " thread left" : " threads left");
    }

    /** The position of the figure: after the restart's line, or before it if there is more room. */
    private double words(Scale time) {
        double restart = second(time) + 14;
        return restart < time.start() + panelWidth * 0.4 ? restart : time.at(0) + 14;
    }

    private void plot(Markup out, Scale scale, Scale time) {
        out.empty(
                "rect",
                "class",
                "plot",
                "x",
                time.start(),
                "y",
                scale.end(),
                "width",
                panelWidth,
                "height",
                scale.start() - scale.end());
        for (double tick : scale.ticks(MOST_TICKS)) {
            double y = scale.at(tick);
            out.empty("line", "class", "grid", "x1", time.start(), "y1", y, "x2", time.end(), "y2", y);
        }
    }

    private void curve(Markup out, String name, String steps, Scale scale, Scale time) {
        String floor = Markup.number(scale.start());
        out.empty("path", "class", "area", "d", steps + " V" + floor + " H" + Markup.number(time.start()) + " Z");
        out.empty("path", "class", "curve " + name, "d", steps);
    }

    /** One step up for each connection. */
    private String steps(List<Double> moments, Scale time) {
        int before = (int) moments.stream().filter(at -> at <= report.beganAt()).count();
        var path = new StringBuilder(move(time.start(), connections.at(before)));
        int count = before;
        for (double moment : moments.subList(before, moments.size())) {
            count++;
            path.append(step(time.at(Math.min(moment, report.endedAt())), connections.at(count)));
        }
        return path.append(" H").append(Markup.number(time.end())).toString();
    }

    /** A step wherever the number changes. */
    private String threadSteps(Course course, Scale time) {
        int shown = course.samples().get(0).threads();
        var path = new StringBuilder(move(time.start(), threads.at(shown)));
        for (Sample sample : course.samples()) {
            if (sample.threads() != shown) {
                shown = sample.threads();
                path.append(step(time.at(sample.at()), threads.at(shown)));
            }
        }
        return path.append(" H").append(Markup.number(time.end())).toString();
    }

    private static String move(double x, double y) {
        return "M" + Markup.number(x) + " " + Markup.number(y);
    }

    private static String step(double x, double y) {
        return " H" + Markup.number(x) + " V" + Markup.number(y);
    }

    private void moments(Markup out, Scale time) {
        moment(out, "1", time.at(0), time.at(0));
        moment(out, "2", time.at(report.restartedAt()), second(time));
    }

    /** The second pin beside the first one, however short the time between them. */
    private double second(Scale time) {
        return Math.max(time.at(report.restartedAt()), time.at(0) + 18);
    }

    private void moment(Markup out, String digit, double x, double pinX) {
        for (Scale scale : List.of(connections, threads)) {
            out.empty("line", "class", "moment", "x1", x, "y1", scale.end(), "x2", x, "y2", scale.start());
        }
        pin(out, digit, pinX, connections.end());
    }

    private static void pin(Markup out, String digit, double x, double y) {
        out.empty("circle", "class", "pin", "cx", x, "cy", y, "r", 8);
        out.text("text", digit, "class", "pin-text", "x", x, "y", y + 4);
    }

    private int most(ToIntFunction<Course> figure) {
        return report.courses().stream().mapToInt(figure).max().orElse(0);
    }
}
