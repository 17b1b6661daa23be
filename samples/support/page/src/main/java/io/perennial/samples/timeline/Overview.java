package io.perennial.samples.timeline;

import io.perennial.samples.page.Markup;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A session's whole time, to scale, except for a minimum width: nothing short becomes invisible. */
final class Overview {
    /**
     * Stays shorter than this part of the whole are drawn together with their short neighbours, as the worst of them.
     */
    private static final int PARTS = 1_500;
    /** Marks and pins nearer than this to each other share a place. */
    private static final double MARK_ROOM = 0.012;

    private static final double PIN_ROOM = 0.06;
    private static final double LABEL_ROOM = 0.05;
    /** What begins later has its text to the left. */
    private static final double LATE = 0.9;

    /** Above this number the Tab key skips them. */
    private static final int MOST_TAB_STOPS = 60;

    private final Act act;
    private final Markup out;

    Overview(Act act, Markup out) {
        this.act = act;
        this.out = out;
    }

    void write(List<Integer> shownEpisodes) {
        out.open("div", "class", "overview");
        pins(shownEpisodes);
        strip("States over the whole time", merged().size() <= MOST_TAB_STOPS);
        marks();
        generations();
        axis();
        out.close("div");
    }

    /** Numbers of the episodes below. */
    private void pins(List<Integer> shown) {
        out.open("div", "class", "pins");
        int i = 0;
        while (i < shown.size()) {
            int begin = i;
            boolean lost = false;
            double place = middle(shown.get(begin));
            for (; i < shown.size() && (i == begin || middle(shown.get(i)) - place < PIN_ROOM); i++) {
                Episode episode = act.episodes().get(shown.get(i));
                lost |= act.history().losses().stream().anyMatch(loss -> episode.contains(loss.at()));
            }
            String label = i - begin == 1 ? "" + (begin + 1) : (begin + 1) + "–" + i;
            out.text(
                    "a",
                    label,
                    "class",
                    lost ? "pin bad" : "pin",
                    "style",
                    left(place),
                    "href",
                    "#" + act.episodeId(shown.get(begin)),
                    "aria-label",
                    "Closer view " + label);
        }
        out.close("div");
    }

    private double middle(int episode) {
        Episode e = act.episodes().get(episode);
        return (act.axis().at(e.from()) + act.axis().at(e.to())) / 2;
    }

    /** The states; with stops for the Tab key, or without. */
    void strip(String label, boolean stops) {
        List<Band> drawn = merged();
        out.open("div", "class", "strip", "role", "group", "aria-label", label);
        for (Band band : drawn) {
            String what = act.describe(band);
            out.text(
                    "a",
                    "",
                    "class",
                    "band " + Look.css(band),
                    "style",
                    left(act.axis().at(band.from())) + ";" + width(band.from(), band.to()),
                    "href",
                    "#" + act.rowId(band.transition()),
                    "data-t",
                    act.key(band.transition()),
                    "title",
                    what,
                    "aria-label",
                    what,
                    "tabindex",
                    stops ? 0 : -1);
        }
        out.close("div");
    }

    private List<Band> merged() {
        Duration least = act.axis().length().dividedBy(PARTS);
        List<Band> merged = new ArrayList<>();
        Band pending = null;
        for (Band band : act.bands()) {
            if (band.length().compareTo(least) >= 0) {
                if (pending != null) {
                    merged.add(pending);
                    pending = null;
                }
                merged.add(band);
            } else if (pending == null
                    || Duration.between(pending.from(), band.to()).compareTo(least) > 0) {
                if (pending != null) {
                    merged.add(pending);
                }
                pending = band;
            } else {
                Band worse = Look.severity(band) >= Look.severity(pending) ? band : pending;
                pending = worse.within(pending.from(), band.to());
            }
        }
        if (pending != null) {
            merged.add(pending);
        }
        return merged;
    }

    /** Losses, and what else happened. */
    private void marks() {
        out.open("div", "class", act.history().notes().isEmpty() ? "marks" : "marks two");
        List<Mark> marks = new ArrayList<>();
        for (Loss loss : act.history().losses()) {
            String row = act.matches().transitionOf(loss).map(act::rowId).orElse("s" + act.number());
            marks.add(new Mark(loss.at(), "loss", act.describe(loss), row));
        }
        List<Note> notes = act.history().notes();
        for (int i = 0; i < notes.size(); i++) {
            Note note = notes.get(i);
            marks.add(new Mark(note.at(), note.kind().mark(), act.describe(note), act.noteId(i)));
        }
        for (String kind : List.of("remark", "slow", "lease", "orphan", "loss")) {
            marks(marks.stream().filter(mark -> mark.kind.equals(kind)).toList());
        }
        out.close("div");
    }

    private record Mark(Instant at, String kind, String words, String row) {}

    private void marks(List<Mark> marks) {
        int i = 0;
        while (i < marks.size()) {
            Mark first = marks.get(i);
            double place = act.axis().at(first.at);
            int begin = i;
            while (i < marks.size() && act.axis().at(marks.get(i).at) - place <= MARK_ROOM) {
                i++;
            }
            String more = i - begin == 1 ? "" : " (and " + (i - begin - 1) + " more here)";
            String what = act.times().exact(first.at) + " " + first.words + more;
            out.text(
                    "a",
                    "",
                    "class",
                    "mark " + first.kind,
                    "style",
                    left(place),
                    "href",
                    "#" + first.row,
                    "title",
                    what,
                    "aria-label",
                    what);
            if (first.kind.equals("remark")) {
                double next = i < marks.size() ? act.axis().at(marks.get(i).at) : 1;
                label(first.words, place, next - place);
            }
        }
    }

    /** As much of the text as there is room for. */
    private void label(String words, double place, double room) {
        if (room > LABEL_ROOM) {
            out.open("span", "class", "label", "style", left(place) + ";--w:" + percent(room), "aria-hidden", "true");
            out.text("span", words).close("span");
        }
    }

    private void generations() {
        out.open("div", "class", "reigns", "aria-hidden", "true");
        for (Act.Reign reign : act.generations()) {
            out.text(
                    "span",
                    "generation " + reign.generation(),
                    "class",
                    act.axis().at(reign.from()) > LATE ? "late" : "",
                    "style",
                    left(act.axis().at(reign.from())) + ";" + width(reign.from(), reign.to()));
        }
        out.close("div");
    }

    void axis() {
        out.open("div", "class", "axis", "aria-hidden", "true");
        for (Times.Tick tick : act.times().ticks(act.axis().from(), act.axis().to())) {
            double place = act.axis().at(tick.at());
            String edge = place < 0.05 ? "first" : place > 0.95 ? "last" : "";
            out.text("span", tick.label(), "class", edge, "style", left(place));
        }
        out.close("div");
    }

    /** The style sheet keeps it within the page, however short it is. */
    private static String left(double place) {
        return "--x:" + percent(place);
    }

    private String width(Instant from, Instant to) {
        return "--w:" + percent(act.axis().at(to) - act.axis().at(from));
    }

    private static String percent(double part) {
        return String.format(Locale.ROOT, "%.3f%%", part * 100);
    }
}
