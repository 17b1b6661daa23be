package io.perennial.samples.timeline;

import io.perennial.SessionState;
import io.perennial.samples.page.Markup;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** One episode on its own scale, with what happened in it. */
final class CloserView {
    private static final int MOST_FACTS = 24;
    /** A restoration has its own event. */
    private static final Duration AFTERWARDS = Duration.ofMillis(50);

    private final Act act;
    private final Episode episode;
    private final Markup out;
    private final List<Fact> facts;

    /** Something at a moment; {@code mark} is the class of its sign. */
    private record Fact(Instant at, String mark, String words) {}

    CloserView(Act act, Episode episode, Markup out) {
        this.act = act;
        this.episode = episode;
        this.out = out;
        facts = facts();
    }

    void write(int number, String id) {
        out.open("section", "class", "episode", "id", id);
        out.open("h3").text("span", "" + number, "class", isLost() ? "pin bad" : "pin");
        out.text("span", title())
                .text("small", act.times().exact(episode.from()))
                .close("h3");
        out.open("div", "class", "zoom", "role", "group", "aria-label", "States of this episode");
        edge(episode.first() - 1);
        for (int i = 0; i < episode.bands().size(); i++) {
            band(episode.bands().get(i), i + 1 == episode.bands().size());
        }
        edge(episode.end());
        out.close("div");
        out.open("div", "class", "ends", "aria-hidden", "true");
        out.text("span", act.times().exact(episode.from()));
        out.text("span", "+" + Lengths.words(episode.length())).close("div");
        out.text("p", chain(), "class", "chain");
        list();
        out.close("section");
    }

    private boolean isLost() {
        return act.history().losses().stream().anyMatch(loss -> episode.contains(loss.at()));
    }

    private String title() {
        boolean start = act.bands().get(episode.first()).state() == SessionState.CONNECTING
                && act.history()
                                .transitions()
                                .get(episode.bands().get(0).transition())
                                .from()
                        == SessionState.LATENT;
        boolean over = episode.end() < act.bands().size();
        String length = Lengths.words(episode.away());
        String what = start
                ? "Start, " + length + (over ? "" : " and not connected yet")
                : "Away for " + length + (over ? "" : " and not back yet");
        return what
                + act.history().losses().stream()
                        .filter(loss -> episode.contains(loss.at()))
                        .map(Loss::kind)
                        .distinct()
                        .map(kind -> ", lost: " + kind)
                        .collect(Collectors.joining());
    }

    /** What came before, or after: a stub that indicates it. */
    private void edge(int number) {
        if (number >= 0 && number < act.bands().size()) {
            Band band = act.bands().get(number);
            out.text(
                    "a",
                    "",
                    "class",
                    "band edge " + (number < episode.first() ? "before " : "after ") + Look.css(band),
                    "href",
                    "#" + act.rowId(band.transition()),
                    "data-t",
                    act.key(band.transition()),
                    "title",
                    act.describe(band),
                    "aria-label",
                    act.describe(band));
        }
    }

    private void band(Band band, boolean last) {
        out.open(
                "a",
                "class",
                "band " + Look.css(band),
                "style",
                "--g:" + Math.max(1, band.length().toMillis()),
                "href",
                "#" + act.rowId(band.transition()),
                "data-t",
                act.key(band.transition()),
                "title",
                act.describe(band),
                "aria-label",
                act.describe(band));
        out.text("span", Look.name(band));
        out.text("small", Lengths.words(band.length()));
        for (Fact fact : facts) {
            boolean within = !fact.at.isBefore(band.from()) && (fact.at.isBefore(band.to()) || last);
            if (within && !fact.mark.equals("restoration") && !fact.at.isAfter(episode.to())) {
                out.text("i", "", "class", "mark " + fact.mark, "style", "--x:" + place(fact.at, band));
            }
        }
        out.close("a");
    }

    private static String place(Instant at, Band band) {
        double length = Lengths.seconds(band.length());
        double part = length == 0 ? 0 : Lengths.seconds(Duration.between(band.from(), at)) / length;
        return String.format(Locale.ROOT, "%.1f%%", Math.min(1, part) * 100);
    }

    private String chain() {
        String states = episode.bands().stream()
                .map(band -> Look.name(band) + " " + Lengths.words(band.length()))
                .collect(Collectors.joining(" → "));
        String before = episode.first() > 0 ? Look.name(act.bands().get(episode.first() - 1)) + " → " : "";
        boolean ended = episode.end() < act.bands().size();
        return before + states + (ended ? " → " + Look.name(act.bands().get(episode.end())) : "");
    }

    private void list() {
        if (facts.isEmpty()) {
            return;
        }
        out.open("ul", "class", "facts");
        facts.stream().limit(MOST_FACTS).forEach(fact -> {
            Duration since = Duration.between(episode.from(), fact.at);
            String offset = (since.isNegative() ? "−" : "+") + Lengths.words(since.abs());
            out.open("li").text("i", "", "class", "mark " + fact.mark);
            out.text("time", offset).text("span", fact.words).close("li");
        });
        if (facts.size() > MOST_FACTS) {
            out.text("li", "and " + (facts.size() - MOST_FACTS) + " more: see the table", "class", "more");
        }
        out.close("ul");
    }

    /** From a little before the trouble, where its cause may be, to the end. */
    private List<Fact> facts() {
        Instant from = episode.from().minus(before());
        Instant to = episode.to().plus(AFTERWARDS);
        Predicate<Instant> within = at -> !at.isBefore(episode.from()) && !at.isAfter(to);
        Predicate<Instant> around = at -> !at.isBefore(from) && !at.isAfter(to);
        History history = act.history();
        List<Fact> all = new ArrayList<>();
        history.losses().stream()
                .filter(loss -> within.test(loss.at()))
                .forEach(loss -> all.add(new Fact(loss.at(), "loss", act.describe(loss))));
        history.restorations().stream()
                .filter(r -> within.test(r.end()))
                .forEach(r -> all.add(new Fact(r.end(), "restoration", act.describe(r))));
        history.notes().stream()
                .filter(note -> around.test(note.at()))
                .forEach(note -> all.add(new Fact(note.at(), note.kind().mark(), act.describe(note))));
        all.sort(Comparator.comparing(Fact::at));
        return all;
    }

    private Duration before() {
        Duration quarter = episode.length().dividedBy(4);
        Duration most = Duration.ofSeconds(5);
        Duration least = Duration.ofMillis(500);
        return quarter.compareTo(most) > 0 ? most : quarter.compareTo(least) < 0 ? least : quarter;
    }
}
