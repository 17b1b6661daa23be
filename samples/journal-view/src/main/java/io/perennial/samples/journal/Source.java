package io.perennial.samples.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.perennial.samples.timeline.Chronicle;
import io.perennial.samples.timeline.RecordingReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/** A file to read: its kind is recognized by its first bytes, not by its name. */
final class Source {
    /** The first bytes of a recording. */
    private static final byte[] FLIGHT = {'F', 'L', 'R', 0};

    private static final int LARGEST_REPORT = 100_000_000;

    private Source() {}

    static Chronicle read(Path file) throws IOException {
        return read(file, String.valueOf(file.getFileName()));
    }

    /** With another name than the file's own, for people. */
    static Chronicle read(Path file, String name) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException("it is a directory");
        }
        try {
            byte[] start = start(file);
            if (start.length == 0) {
                throw new IOException("it is empty");
            }
            return Arrays.equals(start, FLIGHT) ? recording(file, name) : report(file, name);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no such file", e);
        } catch (AccessDeniedException e) {
            throw new IOException("it may not be read", e);
        }
    }

    private static byte[] start(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(FLIGHT.length);
        }
    }

    private static Chronicle recording(Path file, String name) throws IOException {
        Chronicle chronicle;
        try {
            chronicle = RecordingReader.read(file, name);
        } catch (IOException e) {
            throw new IOException("it is not a whole recording, or one of a newer JDK: " + e.getMessage(), e);
        }
        if (chronicle.sessions().isEmpty()) {
            throw new IOException("it is a recording without any event of a Perennial session");
        }
        return chronicle;
    }

    private static Chronicle report(Path file, String name) throws IOException {
        if (Files.size(file) > LARGEST_REPORT) {
            throw new IOException("it is neither a recording (.jfr) nor, by its size, a session's report (JSON)");
        }
        try {
            String text = UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
            String start = text.stripLeading();
            if (!start.startsWith("{") && !start.startsWith("[")) {
                throw new IOException("it is neither a recording (.jfr) nor a session's report (JSON)");
            }
            return ReportReader.read(text, name);
        } catch (CharacterCodingException e) {
            throw new IOException("it is neither a recording (.jfr) nor a session's report (JSON)", e);
        }
    }
}
