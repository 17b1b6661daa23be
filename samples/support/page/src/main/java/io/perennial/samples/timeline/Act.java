package io.perennial.samples.timeline;

import io.perennial.SessionState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One session, ready to be drawn.
 *
 * @param number 1 for the first on the page; part of the names of its elements
 * @param title its name, with the recording's where there are several
 * @param history what happened
 * @param chronicle the chronicle of which this is a part
 * @param axis the page's
 * @param bands its stays in states
 * @param episodes its times of trouble
 * @param times the format of moments
 * @param matches what belongs to its transitions
 */
record Act(
        int number,
        String title,
        History history,
        Chronicle chronicle,
        Axis axis,
        List<Band> bands,
        List<Episode> episodes,
        Times times,
        Matches matches) {

    static Act of(int number, String title, History history, Chronicle chronicle, Axis axis, Times times) {
        List<Band> bands = Band.of(history, chronicle);
        List<Episode> episodes = Episode.of(bands, chronicle.length());
        return new Act(number, title, history, chronicle, axis, bands, episodes, times, new Matches(history));
    }

    /** What is highlighted together on hovering. */
    String key(int transition) {
        return number + "-" + transition;
    }

    String rowId(int transition) {
        return "t" + key(transition);
    }

    String noteId(int note) {
        return "n" + key(note);
    }

    String episodeId(int episode) {
        return "e" + key(episode);
    }

    String describe(Band band) {
        return (band.silent() ? band.state() + ", but no server heard for " : band.state() + " ")
                + Lengths.words(band.length()) + ", from " + times.exact(band.from());
    }

    String describe(Loss loss) {
        return measures(loss) + ": " + loss.explanation();
    }

    /** Without the explanation. */
    String measures(Loss loss) {
        return "lost: " + loss.kind() + ", silence " + Lengths.words(loss.silence()) + ", longest pause "
                + Lengths.words(loss.longestPause());
    }

    String describe(Restoration r) {
        return (r.completed() ? "restored in " : "restoration given up after ") + Lengths.words(r.took()) + ": "
                + r.attachment() + ", generation " + r.generation() + ", " + count(r.nodes(), "node") + ", "
                + count(r.watches(), "watch");
    }

    String describe(Note note) {
        return (note.kind() == Note.Kind.REMARK ? "" : note.kind().words() + ": ")
                + note.text()
                + (note.took().isZero() ? "" : ", " + Lengths.words(note.took()));
    }

    /**
     * The time of one generation.
     *
     * @param generation which
     * @param from when it began
     * @param to when the next began, or the end
     */
    record Reign(long generation, Instant from, Instant to) {}

    List<Reign> generations() {
        List<Reign> reigns = new ArrayList<>();
        for (Transition t : history.transitions()) {
            Long generation = t.generation();
            Reign last = reigns.isEmpty() ? null : reigns.get(reigns.size() - 1);
            if (generation == null || (last != null && last.generation() == generation)) {
                continue;
            }
            if (last != null) {
                reigns.set(reigns.size() - 1, new Reign(last.generation(), last.from(), t.at()));
            }
            boolean known = last == null && t.from() != SessionState.CONNECTING;
            reigns.add(new Reign(generation, known ? chronicle.from() : t.at(), chronicle.to()));
        }
        return reigns;
    }

    /**
     * The numbers of the episodes with the longest outages, in chronological order.
     *
     * @param most how many
     */
    List<Integer> longestEpisodes(int most) {
        var all = new ArrayList<Integer>();
        for (int i = 0; i < episodes.size(); i++) {
            all.add(i);
        }
        return all.stream()
                .sorted(Comparator.comparing((Integer i) -> episodes.get(i).away())
                        .reversed())
                .limit(most)
                .sorted()
                .toList();
    }

    private static String count(int count, String what) {
        return count + " " + what + (count == 1 ? "" : what.endsWith("ch") ? "es" : "s");
    }
}
