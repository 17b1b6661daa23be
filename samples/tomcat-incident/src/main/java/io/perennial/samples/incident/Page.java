package io.perennial.samples.incident;

import io.perennial.samples.page.Markup;
import io.perennial.samples.terminal.Durations;
import java.util.List;
import java.util.Locale;

/** The page: the chart, the figures as a table, and how they were measured. It is self-contained. */
final class Page {
    private static final String STYLE = """
            :root { color-scheme: light dark; --paper: #ffffff; --ink: #1f2328; --soft: #59636e; --line: #d1d9e0;
              --bad: #b34700; --good: #00735a; }
            @media (prefers-color-scheme: dark) {
              :root { --paper: #0d1117; --ink: #f0f6fc; --soft: #9198a1; --line: #3d444d; --bad: #ff9d5c;
                --good: #4bd6ae; }
            }
            body { margin: 0; background: var(--paper); color: var(--ink);
              font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif; }
            main { max-width: 1040px; margin: 0 auto; padding: 32px 20px 64px; }
            h1 { font-size: 28px; line-height: 1.25; margin: 0 0 8px; }
            h2 { font-size: 19px; margin: 36px 0 8px; }
            p { max-width: 46em; margin: 0 0 12px; }
            .soft, figcaption, th { color: var(--soft); }
            figure { margin: 24px 0 0; }
            .wide { overflow-x: auto; }
            .wide svg { display: block; min-width: 760px; width: 100%; height: auto; }
            table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; min-width: 940px;
              width: 100%; }
            th { font-weight: 500; vertical-align: bottom; }
            td { white-space: nowrap; }
            th, td { text-align: right; padding: 7px 10px; border-bottom: 1px solid var(--line); }
            th:first-child, td:first-child { text-align: left; padding-left: 0; }
            td small { display: block; color: var(--soft); font-size: 13px; }
            td.bad, p.bad { color: var(--bad); font-weight: 600; }
            td.good { color: var(--good); font-weight: 600; }
            @media (max-width: 760px) {
              main { padding: 20px 14px 48px; }
              table { min-width: 0; }
              table, tbody, td { display: block; }
              thead { display: none; }
              tr { display: block; padding: 10px 0; border-bottom: 1px solid var(--line); }
              td, td:first-child { border: 0; padding: 1px 0; text-align: left; white-space: normal; }
              td:first-child { font-weight: 600; }
              td[data-name]::before { content: attr(data-name) ': '; color: var(--soft); font-weight: 400; }
            }
            code { overflow-wrap: anywhere; }
            code { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
            """;

    private static final List<String> COLUMNS = List.of(
            "Application",
            "Connections after the restart",
            "a minute",
            "Threads left",
            "Written to the log",
            "Node at the server",
            "Class loader",
            "Outcome");

    private final Report report;
    private final Picture picture;

    Page(Report report, Picture picture) {
        this.report = report;
        this.picture = picture;
    }

    String html() {
        var out = new Markup();
        out.raw("<!DOCTYPE html>\n");
        out.open("html", "lang", "en", "xmlns", "http://www.w3.org/1999/xhtml");
        out.open("head").empty("meta", "charset", "utf-8");
        out.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        out.text("title", "The orphan, replayed").text("style", STYLE).close("head");
        out.open("body").open("main");
        out.text("h1", "The orphan, replayed");
        out.text("p", sentence());
        out.open("figure").open("div", "class", "wide").raw(picture.element()).close("div");
        out.close("figure");
        out.text("h2", "The figures");
        table(out);
        out.text("h2", "How they were got");
        how(out);
        return out.close("main").close("body").close("html").toString();
    }

    private static String sentence() {
        return "A web application that fails to start is over for Tomcat, but not for the ZooKeeper client that it had"
                + " opened: its thread lives on without the classes it needs, and after the server's next restart it"
                + " connects again and again, for ever. Three ways in which it does not.";
    }

    private void table(Markup out) {
        out.open("div", "class", "wide").open("table").open("thead").open("tr");
        for (String name : COLUMNS) {
            out.text("th", name, "scope", "col");
        }
        out.close("tr").close("thead").open("tbody");
        report.verdicts().forEach(verdict -> row(out, verdict));
        out.close("tbody").close("table").close("div");
        for (Verdict verdict : report.verdicts()) {
            for (String problem : verdict.problems()) {
                out.text("p", "Not as expected, " + verdict.variant().key() + ": " + problem, "class", "bad");
            }
        }
    }

    private static void row(Markup out, Verdict verdict) {
        Course course = verdict.course();
        out.open("tr", "data-variant", verdict.variant().key());
        out.open("td")
                .text(
                        "span",
                        verdict.variant().key() + " · " + verdict.variant().title());
        out.text("small", verdict.variant().subtitle()).close("td");
        cell(out, 1, Integer.toString(verdict.connections()), quality(verdict.connections() == 0));
        cell(out, 2, Long.toString(Math.round(verdict.perMinute())), quality(verdict.connections() == 0));
        cell(
                out,
                3,
                Integer.toString(course.last().threads()),
                quality(course.last().threads() == 0));
        cell(out, 4, Verdict.bytes(course.logSinceFailure()), "neither");
        cell(out, 5, verdict.node(), "neither");
        cell(out, 6, verdict.loader(), quality(course.last().loaderCollected()));
        cell(out, 7, verdict.outcome(), quality(verdict.isClean()));
        out.close("tr");
    }

    /** On a narrow screen there is no head, and each cell shows the column's name. */
    private static void cell(Markup out, int column, String text, String quality) {
        out.text("td", text, "class", quality, "data-name", COLUMNS.get(column));
    }

    private static String quality(boolean good) {
        return good ? "good" : "bad";
    }

    private void how(Markup out) {
        Script script = report.script();
        out.text(
                "p",
                "All four were deployed in one " + Container.version() + " (Java "
                        + Runtime.version().feature()
                        + "), each on a separate virtual host, with its own libraries in WEB-INF/lib. A listener"
                        + " opened the session (timeout 30 s), registered an ephemeral node and set a watch; the next"
                        + " listener threw an exception, in all four at the same moment. The ZooKeeper server"
                        + " restarted "
                        + Durations.format(script.restartAfter())
                        + " later, on the same port and with its data, and was"
                        + " watched for another " + Durations.format(script.observe())
                        + ". Connections were counted by a relay before the server, one for each application. The"
                        + " log is Tomcat's, into which the applications log too, from the failure on; each is charged"
                        + " with what its deployment and its threads have written. Clean means: no thread, no"
                        + " connection, no node.");
        out.text("p", mode(script.mode()), "class", "soft");
        out.open("p").text("code", command(script)).close("p");
    }

    private static String mode(Mode mode) {
        return switch (mode) {
            case STORM ->
                "The applications had never lost their connection before, as it was in the incident. After a"
                        + " reconnect (--mode ghost) the orphan needs no more classes: it keeps its session, and the"
                        + " dead application stays registered.";
            case GHOST ->
                "The connections had been dropped once before the failure, so that the orphan needs no more classes:"
                        + " it keeps its session, and the dead application stays registered.";
        };
    }

    private static String command(Script script) {
        return "mvn -q -Prun -pl samples/tomcat-incident -am package -Dargs=\"--mode "
                + script.mode().name().toLowerCase(Locale.ROOT) + " --restart-after "
                + script.restartAfter().toSeconds() + "s --observe "
                + script.observe().toSeconds() + "s\"";
    }
}
