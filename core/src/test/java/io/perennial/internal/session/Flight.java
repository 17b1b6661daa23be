package io.perennial.internal.session;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** A recording of JDK Flight Recorder under way, of this library's events alone. */
final class Flight implements AutoCloseable {
    private final Recording recording = new Recording();

    Flight() {
        for (String name : List.of("Transition", "Restoration", "Loss", "LeaseLapsed", "SlowCallback", "OrphanEnded")) {
            recording.enable("io.perennial." + name);
        }
        recording.start();
    }

    /** Those of a session so far, in the order of their beginning. */
    List<RecordedEvent> events(String event, String session) {
        return events().stream()
                .filter(e -> e.getEventType().getName().equals("io.perennial." + event))
                .filter(e -> session.equals(e.getString("session")))
                .toList();
    }

    /** All so far, in the order of their beginning. */
    List<RecordedEvent> events() {
        try {
            Path file = Files.createTempFile("flight", ".jfr");
            try {
                recording.dump(file);
                return RecordingFile.readAllEvents(file).stream()
                        .filter(e -> e.getEventType().getName().startsWith("io.perennial."))
                        .sorted(Comparator.comparing(RecordedEvent::getStartTime))
                        .toList();
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        recording.close();
    }
}
