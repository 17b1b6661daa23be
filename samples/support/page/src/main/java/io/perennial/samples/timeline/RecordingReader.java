package io.perennial.samples.timeline;

import io.perennial.SessionState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/** Reads a recording of JDK Flight Recorder, in which sessions record their events. */
public final class RecordingReader {
    private static final String PREFIX = "io.perennial.";

    private final TreeMap<String, Collected> sessions = new TreeMap<>();
    private @Nullable Instant from;
    private @Nullable Instant to;

    private RecordingReader() {}

    private static final class Collected {
        private final List<Transition> transitions = new ArrayList<>();
        private final List<Loss> losses = new ArrayList<>();
        private final List<Restoration> restorations = new ArrayList<>();
        private final List<Note> notes = new ArrayList<>();
    }

    /**
     * Reads it, event after event: it may be large.
     *
     * @param file the recording
     * @param source its name, for people
     * @return what it contains; no sessions if it has events of none
     * @throws IOException if it cannot be read, or has Perennial's events in a form that this program does not know
     */
    public static Chronicle read(Path file, String source) throws IOException {
        var reader = new RecordingReader();
        try (var recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                reader.event(recording.readEvent());
            }
            return reader.chronicle(source);
        } catch (IllegalArgumentException e) {
            throw new IOException("it has events that this program does not know: " + e.getMessage(), e);
        } catch (RuntimeException | VirtualMachineError e) {
            // The JDK trusts the lengths and positions in a file.
            throw new IOException("it is broken: " + e, e);
        }
    }

    private Chronicle chronicle(String source) {
        List<History> histories = sessions.entrySet().stream()
                .map(e -> new History(
                        e.getKey(),
                        e.getValue().transitions,
                        e.getValue().losses,
                        e.getValue().restorations,
                        e.getValue().notes,
                        List.of()))
                .toList();
        Instant begin = from == null ? Instant.EPOCH : from;
        return new Chronicle(source, begin, to == null ? begin : to, histories);
    }

    private void event(RecordedEvent event) {
        Instant end = event.getEndTime(); // what began before the recording is told when it ends
        from = from == null || end.isBefore(from) ? end : from;
        to = to == null || end.isAfter(to) ? end : to;
        String name = event.getEventType().getName();
        if (!name.startsWith(PREFIX)) {
            return;
        }
        switch (name.substring(PREFIX.length())) {
            case "Transition" -> of(event).transitions.add(transition(event));
            case "Loss" -> of(event).losses.add(loss(event));
            case "Restoration" -> of(event).restorations.add(restoration(event));
            case "SlowCallback" -> note(event, Note.Kind.SLOW_CALLBACK, text(event, "callback"));
            case "LeaseLapsed" -> note(event, Note.Kind.LEASE_LAPSED, lapse(event));
            case "OrphanEnded" -> note(event, Note.Kind.ORPHAN_ENDED, "its owner had ended: " + text(event, "owner"));
            case "samples.Remark" -> note(event, Note.Kind.REMARK, text(event, "text"));
            default -> {
                // of a newer version, and not for this page
            }
        }
    }

    private Collected of(RecordedEvent event) {
        return sessions.computeIfAbsent(text(event, "session"), name -> new Collected());
    }

    private static Transition transition(RecordedEvent event) {
        long generation = event.getLong("generation");
        String id = text(event, "sessionId");
        return new Transition(
                event.getStartTime(),
                SessionState.valueOf(text(event, "from")),
                SessionState.valueOf(text(event, "to")),
                text(event, "cause"),
                event.getDuration("inPreviousState"),
                generation == 0 ? null : generation,
                id.isEmpty() ? null : id,
                text(event, "detail"));
    }

    private static Loss loss(RecordedEvent event) {
        return new Loss(
                event.getStartTime(),
                text(event, "kind"),
                event.getDuration("silence"),
                event.getDuration("longestPause"),
                text(event, "explanation"));
    }

    private static Restoration restoration(RecordedEvent event) {
        return new Restoration(
                event.getStartTime(),
                event.getDuration(),
                event.getLong("generation"),
                text(event, "attachment"),
                event.getInt("nodes"),
                event.getInt("watches"),
                event.getBoolean("completed"));
    }

    private void note(RecordedEvent event, Note.Kind kind, String text) {
        Duration took = kind == Note.Kind.SLOW_CALLBACK ? event.getDuration() : Duration.ZERO;
        of(event).notes.add(new Note(kind, event.getStartTime(), took, text));
    }

    private static String lapse(RecordedEvent event) {
        return "from here on the servers may have expired generation " + event.getLong("generation") + " ("
                + event.getDuration("silence").toMillis() + " ms after the last acknowledged request was sent)";
    }

    private static String text(RecordedEvent event, String field) {
        String text = event.getString(field);
        return text == null ? "" : text;
    }
}
