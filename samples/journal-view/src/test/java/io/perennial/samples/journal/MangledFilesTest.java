package io.perennial.samples.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.perennial.samples.timeline.Remark;
import io.perennial.samples.timeline.TimelinePage;
import io.perennial.testing.MangledInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import jdk.jfr.Event;
import jdk.jfr.Name;
import jdk.jfr.Recording;
import jdk.jfr.Timespan;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is in a file, it is drawn, or refused in a sentence. */
@Timeout(120)
class MangledFilesTest {
    private static final int FEW_REPORTS = 2_000;
    private static final int FEW_RECORDINGS = 60;
    private static final MangledInput REPORTS =
            MangledInput.of(Reports.lostOnce(), "[" + Reports.lostOnce() + "," + Reports.lostOnce() + "]");

    @TempDir
    private Path directory;

    @Name("io.perennial.Transition")
    static class Transition extends Event {
        String session = "orders";
        String from = "CONNECTED";
        String to = "SUSPENDED";
        String cause = "CONNECTION_LOST";
        long generation = 3;
        String sessionId = "0x3";

        @Timespan(Timespan.MILLISECONDS)
        long inPreviousState = 1_234;

        String detail = "a sentence";
    }

    @Test
    void reportsAreDrawnOrRefused() throws Exception {
        reports(0, FEW_REPORTS);
    }

    @Test
    @Tag("soak")
    void reportsAreDrawnOrRefused_atLength() throws Exception {
        reports(FEW_REPORTS, 500_000);
    }

    private void reports(long from, long to) throws Exception {
        for (long seed = from; seed < to; seed++) {
            assertDrawnOrRefused(REPORTS.text(seed).getBytes(StandardCharsets.UTF_8), seed);
        }
    }

    @Test
    void recordingsAreDrawnOrRefused() throws Exception {
        recordings(0, FEW_RECORDINGS);
    }

    @Test
    @Tag("soak")
    void recordingsAreDrawnOrRefused_atLength() throws Exception {
        recordings(FEW_RECORDINGS, 10_000);
    }

    private void recordings(long from, long to) throws Exception {
        byte[] recording = recording();
        for (long seed = from; seed < to; seed++) {
            assertDrawnOrRefused(MangledInput.bytes(recording, seed), seed);
        }
    }

    private byte[] recording() throws IOException {
        Path file = directory.resolve("right.jfr");
        try (var recording = new Recording()) {
            recording.start();
            new Transition().commit();
            Remark.make("orders", "the network is cut");
            recording.stop();
            recording.dump(file);
        }
        return Files.readAllBytes(file);
    }

    private void assertDrawnOrRefused(byte[] bytes, long seed) throws IOException {
        Path file = Files.write(directory.resolve("mangled"), bytes);
        Throwable refusal = catchThrowable(() -> new TimelinePage(Source.read(file), ZoneOffset.UTC).html());
        if (refusal != null) {
            assertThat(refusal).as("seed %d", seed).isInstanceOf(IOException.class);
            assertThat(refusal.getMessage()).as("seed %d", seed).isNotBlank();
        }
    }
}
