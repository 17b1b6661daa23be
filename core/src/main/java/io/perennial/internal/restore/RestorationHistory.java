package io.perennial.internal.restore;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.perennial.SessionReport;
import io.perennial.internal.engine.EventSpan;
import io.perennial.internal.engine.Ticker;
import io.perennial.internal.telemetry.FlightJournal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the last restorations and reports them to the flight recorder. Begun and ended on the event loop, read from
 * any thread.
 */
public final class RestorationHistory {
    private static final int MOST = 16;

    private final Ticker ticker;
    private final FlightJournal journal;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final ArrayDeque<Ended> ended = new ArrayDeque<>();

    /** Confined to the event loop. */
    private @Nullable Begun current;

    private record Begun(
            long nanos, long generation, Attachment attachment, EventSpan<SessionReport.Restoration> flight) {}

    private record Ended(Begun begun, Duration took, int nodes, int watches, boolean completed) {
        SessionReport.Restoration at(Instant at) {
            return new SessionReport.Restoration(
                    at,
                    took,
                    begun.generation,
                    SessionReport.Attachment.valueOf(begun.attachment.name()),
                    nodes,
                    watches,
                    completed);
        }
    }

    public RestorationHistory(Ticker ticker, FlightJournal journal) {
        this.ticker = ticker;
        this.journal = journal;
    }

    void begun(long generation, Attachment attachment) {
        current = new Begun(ticker.nanos(), generation, attachment, journal.restorationBegins());
    }

    /** Does nothing when none is under way. */
    void ended(boolean completed, int nodes, int watches) {
        Begun begun = current;
        if (begun == null) {
            return;
        }
        current = null;
        var end = new Ended(begun, Duration.ofNanos(ticker.nanos() - begun.nanos), nodes, watches, completed);
        synchronized (lock) {
            if (ended.size() == MOST) {
                ended.removeFirst();
            }
            ended.addLast(end);
        }
        begun.flight.end(end.at(Instant.EPOCH)); // the event has its own time
    }

    /** The last ones, oldest first; the function converts a reading of the ticker to a time. */
    public List<SessionReport.Restoration> recent(LongFunction<Instant> time) {
        synchronized (lock) {
            return ended.stream()
                    .map(end -> end.at(time.apply(end.begun.nanos)))
                    .toList();
        }
    }
}
