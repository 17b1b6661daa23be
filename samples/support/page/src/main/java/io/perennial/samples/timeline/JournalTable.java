package io.perennial.samples.timeline;

import io.perennial.samples.page.Markup;
import java.util.List;
import java.util.Locale;

/** Every transition, and between them what else happened. */
final class JournalTable {
    /** More are shown on request. */
    private static final int OPEN = 300;

    private final Act act;
    private final Markup out;

    JournalTable(Act act, Markup out) {
        this.act = act;
        this.out = out;
    }

    void write() {
        int count = act.history().transitions().size();
        Object[] open = count <= OPEN ? new Object[] {"open", "open"} : new Object[0];
        out.open("details", open);
        out.text("summary", count == 1 ? "The transition" : "All " + count + " transitions");
        out.open("table").open("thead").open("tr");
        for (String name : List.of("Time", "From", "", "To", "After", "Generation", "Cause", "Detail")) {
            out.text("th", name, "scope", "col");
        }
        out.close("tr").close("thead").open("tbody");
        rows();
        out.close("tbody").close("table").close("details");
    }

    private void rows() {
        List<Transition> transitions = act.history().transitions();
        List<Note> notes = act.history().notes();
        int note = 0;
        for (int i = 0; i < transitions.size(); i++) {
            while (note < notes.size()
                    && notes.get(note).at().isBefore(transitions.get(i).at())) {
                row(notes.get(note), note++);
            }
            boolean gap =
                    i > 0 && transitions.get(i - 1).to() != transitions.get(i).from();
            row(transitions.get(i), i, gap);
        }
        while (note < notes.size()) {
            row(notes.get(note), note++);
        }
    }

    private void row(Transition t, int number, boolean gap) {
        out.open("tr", "id", act.rowId(number), "data-t", act.key(number), "tabindex", 0);
        out.text("td", act.times().exact(t.at()), "class", "time");
        out.text("td", t.from().toString(), "class", "soft");
        out.text("td", "→", "class", "arrow");
        out.open("td").text("b", t.to().toString(), "class", Look.css(t.to())).close("td");
        out.text("td", Lengths.words(t.inPrevious()), "class", "length");
        generation(t);
        out.text("td", t.cause().toLowerCase(Locale.ROOT).replace('_', ' '), "class", "cause");
        out.open("td", "class", "detail").text("span", t.detail());
        act.matches().lossOf(t).ifPresent(loss -> out.text("em", describe(loss, t), "class", "lost"));
        act.matches().restorationOf(t).ifPresent(r -> out.text("em", act.describe(r)));
        if (gap) {
            out.text("em", "what happened between the line above and this one was not recorded");
        }
        out.close("td").close("tr");
    }

    /** In most cases, the explanation is the transition's detail: then it is in the row already. */
    private String describe(Loss loss, Transition t) {
        return t.detail().equals(loss.explanation()) ? act.measures(loss) : act.describe(loss);
    }

    private void generation(Transition t) {
        Long generation = t.generation();
        out.open("td", "class", generation == null ? "generation" : "generation known");
        if (generation != null) {
            out.text("span", generation.toString());
        }
        if (t.sessionId() != null) {
            out.text("small", t.sessionId());
        }
        out.close("td");
    }

    private void row(Note note, int number) {
        out.open("tr", "id", act.noteId(number), "class", "note", "tabindex", 0);
        out.text("td", act.times().exact(note.at()), "class", "time");
        out.open("td", "colspan", 7)
                .text("i", "", "class", "mark " + note.kind().mark());
        out.text("span", act.describe(note)).close("td").close("tr");
    }
}
