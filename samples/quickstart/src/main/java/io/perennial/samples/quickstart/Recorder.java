package io.perennial.samples.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.perennial.samples.timeline.Chronicle;
import io.perennial.samples.timeline.RecordingReader;
import io.perennial.samples.timeline.TimelinePage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import jdk.jfr.Recording;

/**
 * A recording of JDK Flight Recorder from now on, to be drawn at the end. The session records its events without
 * further code.
 */
final class Recorder implements AutoCloseable {
    private final Recording recording = new Recording();

    Recorder() {
        recording.setName("quickstart");
        recording.start();
    }

    void write(Path page) throws IOException {
        recording.stop();
        Path file = Files.createTempFile("perennial-quickstart-", ".jfr");
        try {
            recording.dump(file);
            Chronicle chronicle = RecordingReader.read(file, "a run of the quickstart");
            Files.writeString(page, new TimelinePage(chronicle, ZoneId.systemDefault()).html(), UTF_8);
        } finally {
            Files.delete(file);
        }
    }

    @Override
    public void close() {
        recording.close();
    }
}
