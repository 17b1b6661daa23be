package io.perennial.soak.history;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/** Appends facts to a worker's history file. Thread-safe; facts are in the order of the calls. */
public final class HistoryWriter implements AutoCloseable {
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final BufferedWriter file;

    @GuardedBy("lock")
    private boolean closed;

    /**
     * Opens a file.
     *
     * @param path made if need be, appended to otherwise
     */
    public HistoryWriter(Path path) {
        try {
            file = Files.newBufferedWriter(
                    path, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Writes one fact, of now.
     *
     * @param kind what it is
     * @param session the session's name
     * @param values as {@code kind} documents them
     */
    public void add(Fact.Kind kind, String session, Object... values) {
        List<String> texts = Arrays.stream(values).map(String::valueOf).toList();
        synchronized (lock) {
            if (closed) {
                return;
            }
            try {
                file.write(new Fact(System.nanoTime(), System.currentTimeMillis(), kind, session, texts).line());
                file.write('\n');
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Makes what was added visible to readers. */
    public void flush() {
        synchronized (lock) {
            if (!closed) {
                try {
                    file.flush();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /** Ignores what is added later. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            try {
                file.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
