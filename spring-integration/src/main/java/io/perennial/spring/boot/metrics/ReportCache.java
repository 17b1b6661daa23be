package io.perennial.spring.boot.metrics;

import io.perennial.ResilientSession;
import io.perennial.SessionReport;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * One report for all meters of a scrape: they agree with one another, and the report's journals are not copied some
 * twenty times. Thread-safe; two scrapes at once may take a report each.
 */
final class ReportCache {
    /** Longer than a scrape takes, shorter than a user would notice. */
    static final Duration FRESH = Duration.ofMillis(100);

    private final ResilientSession session;
    private final LongSupplier nanos;
    private volatile @Nullable Taken last;

    private record Taken(SessionReport report, long at) {}

    ReportCache(ResilientSession session, LongSupplier nanos) {
        this.session = session;
        this.nanos = nanos;
    }

    double read(ToDoubleFunction<SessionReport> value) {
        long now = nanos.getAsLong();
        Taken taken = last;
        if (taken == null || now - taken.at >= FRESH.toNanos()) {
            taken = new Taken(session.report(), now);
            last = taken;
        }
        return value.applyAsDouble(taken.report);
    }

    /** The generation of the last server session, which a report has only while there is one. */
    double generation() {
        return session.lease().generation();
    }
}
