package io.perennial.samples.timeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.perennial.SessionState;
import io.perennial.samples.page.ContentPolicy;
import io.perennial.samples.page.Markup;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The page: for each session its figures, its whole time, each episode in detail, and all transitions. It is
 * self-contained, and can be read without its script.
 */
public final class TimelinePage {
    private static final int MOST_EPISODES = 40;

    private final List<Chronicle> chronicles;
    private final Axis axis;
    private final Times times;
    private final List<Act> acts;

    /**
     * The page of a chronicle, with moments in local time of a zone.
     *
     * @param chronicle what to show
     * @param zone the reader's
     */
    public TimelinePage(Chronicle chronicle, ZoneId zone) {
        this(List.of(chronicle), zone);
    }

    /**
     * The page of several chronicles, such as the recordings of several JVMs, all on one axis. Their clocks are taken
     * to agree.
     *
     * @param chronicles what to show, in this order
     * @param zone the reader's
     */
    public TimelinePage(List<Chronicle> chronicles, ZoneId zone) {
        this.chronicles = List.copyOf(chronicles);
        axis = Axis.of(chronicles);
        times = new Times(zone, axis.from(), axis.to());
        acts = acts();
    }

    private List<Act> acts() {
        List<Act> all = new ArrayList<>();
        for (Chronicle chronicle : chronicles) {
            for (History history : chronicle.sessions()) {
                String title =
                        chronicles.size() == 1 ? history.session() : history.session() + " in " + chronicle.source();
                all.add(Act.of(all.size() + 1, title, history, chronicle, axis, times));
            }
        }
        return all;
    }

    private String sources() {
        return chronicles.stream().map(Chronicle::source).collect(Collectors.joining(", "));
    }

    /** The file's text. */
    public String html() {
        String style = style();
        String script = script();
        var out = new Markup();
        out.raw("<!DOCTYPE html>\n");
        out.open("html", "lang", "en", "xmlns", "http://www.w3.org/1999/xhtml");
        out.open("head").empty("meta", "charset", "utf-8");
        out.empty("meta", "http-equiv", "Content-Security-Policy", "content", ContentPolicy.of(script));
        out.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        out.text("title", "Sessions of " + sources());
        out.raw("<style>").raw(style).raw("</style>\n").close("head");
        out.open("body").open("main");
        out.text("h1", "What happened");
        out.text("p", period(), "class", "soft");
        contents(out);
        out.open("details", "class", "fold").text("summary", "Legend");
        legend(out);
        out.close("details");
        together(out);
        sessions(out);
        out.close("main").raw("<script>").raw(script).raw("</script>\n");
        return out.close("body").close("html").toString();
    }

    /** Only the sessions, for a page that has {@link #style()} and {@link #script()} and may later replace them. */
    public String fragment() {
        var out = new Markup();
        sessions(out);
        return out.toString();
    }

    /** Only the legend, for a page with fragments. */
    public static String legend() {
        var out = new Markup();
        legend(out);
        return out.toString();
    }

    /** The style of fragments, and of the page around them, which may use the named colours, too. */
    public static String style() {
        return resource("timeline.css");
    }

    /** The script that relates the parts of fragments to each other; once for each page, whatever fragments it has. */
    public static String script() {
        return resource("timeline.js");
    }

    private void sessions(Markup out) {
        acts.forEach(act -> session(out, act));
    }

    private String period() {
        return sources() + ": " + times.date(axis.from()) + " to " + times.date(axis.to()) + " ("
                + Lengths.words(axis.length()) + "), times in " + times.zone();
    }

    private void contents(Markup out) {
        out.open("nav");
        acts.forEach(act -> out.text("a", act.title(), "href", "#s" + act.number()));
        out.text("a", "Legend", "href", "#legend").close("nav");
        if (acts.isEmpty()) {
            out.text("p", "No session is in it.", "class", "empty");
        }
    }

    /** Several sessions one below the other: what hit all of them at once shows. */
    private void together(Markup out) {
        if (acts.size() < 2) {
            return;
        }
        out.open("section", "class", "together", "id", "together").text("h2", "All sessions");
        for (Act act : acts) {
            out.open("div", "class", "row").text("a", act.title(), "href", "#s" + act.number());
            new Overview(act, out).strip("States of " + act.title(), false);
            out.close("div");
        }
        out.open("div", "class", "row").open("span").close("span");
        new Overview(acts.get(0), out).axis();
        out.close("div").close("section");
    }

    private static void legend(Markup out) {
        out.open("dl", "class", "legend", "id", "legend", "aria-label", "Legend");
        for (SessionState state : SessionState.values()) {
            out.open("div").open("dt").text("i", "", "class", "band " + Look.css(state));
            out.text("span", state.toString())
                    .close("dt")
                    .text("dd", Look.meaning(state))
                    .close("div");
        }
        out.open("div").open("dt").text("i", "", "class", "band silent").text("span", "silent");
        out.close("dt")
                .text("dd", "no server was heard any more, and a loss followed; counted as away")
                .close("div");
        sign(out, "loss", "loss", "the session was lost, with the diagnosis");
        sign(out, "restoration", "restoration", "nodes and watches put back");
        sign(out, "slow", "slow callback", "a listener took its time");
        sign(out, "lease", "lease lapsed", "from here on the servers may have expired the session");
        sign(out, "orphan", "orphan ended", "the session's owner was gone");
        sign(out, "remark", "remark", "such as an injected fault");
        out.close("dl");
    }

    private static void sign(Markup out, String mark, String name, String meaning) {
        out.open("div").open("dt").text("i", "", "class", "mark " + mark);
        out.text("span", name).close("dt").text("dd", meaning).close("div");
    }

    private void session(Markup out, Act act) {
        out.open("section", "class", "session", "id", "s" + act.number());
        out.text("h2", act.title());
        if (act.history().transitions().isEmpty()) {
            out.text("p", "No transition of it is recorded.", "class", "empty");
        } else {
            figures(out, Figures.of(act.history(), act.bands()));
        }
        act.history().problems().forEach(problem -> out.text("p", "Problem: " + problem, "class", "problem"));
        act.history().remarks().forEach(remark -> out.text("p", remark, "class", "soft"));
        List<Integer> episodes = act.longestEpisodes(MOST_EPISODES);
        new Overview(act, out).write(episodes);
        if (episodes.size() < act.episodes().size()) {
            out.text(
                    "p",
                    "From closer by: the " + episodes.size() + " longest of "
                            + act.episodes().size() + " episodes.",
                    "class",
                    "soft");
        }
        for (int i = 0; i < episodes.size(); i++) {
            int episode = episodes.get(i);
            new CloserView(act, act.episodes().get(episode), out).write(i + 1, act.episodeId(episode));
        }
        if (!act.history().transitions().isEmpty() || !act.history().notes().isEmpty()) {
            new JournalTable(act, out).write();
        }
        out.close("section");
    }

    private void figures(Markup out, Figures f) {
        out.open("dl", "class", "figures");
        figure(out, "CONNECTED", share(f.share()), "of " + Lengths.words(f.observed()));
        String kinds = f.lossesByKind().entrySet().stream()
                .map(e -> e.getValue() + " " + e.getKey())
                .collect(Collectors.joining(", "));
        figure(out, f.losses() == 1 ? "loss" : "losses", "" + f.losses(), kinds);
        Figures.Outage longest = f.longest();
        if (longest == null) {
            figure(out, "longest outage", "none", "");
        } else {
            String of = f.outages() == 1 ? "the only one" : "of " + f.outages();
            String when = longest.lasts() ? "not over, since " : "at ";
            figure(
                    out,
                    "longest outage",
                    Lengths.words(longest.length()),
                    of + ", " + when + times.second(longest.from()));
        }
        figure(
                out,
                "restorations, median",
                f.medianRestoration() == null ? "none" : Lengths.words(f.medianRestoration()),
                f.restorations() == 0 ? "" : "of " + f.restorations());
        out.close("dl");
    }

    private static void figure(Markup out, String name, String value, String more) {
        out.open("div").text("dt", name).open("dd").text("b", value).text("small", more);
        out.close("dd").close("div");
    }

    /** Never rounded up to 100 %. */
    private static String share(double share) {
        return share == 1 ? "100 %" : String.format(Locale.ROOT, "%.2f %%", Math.floor(share * 10_000) / 100);
    }

    private static String resource(String name) {
        try (InputStream in = TimelinePage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing next to " + TimelinePage.class);
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
