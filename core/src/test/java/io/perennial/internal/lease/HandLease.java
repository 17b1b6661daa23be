package io.perennial.internal.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.testing.CapturedLog;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** A lease that a test takes through time step by step. */
abstract class HandLease {
    static final long SESSION = 7;
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final Duration TOLERANCE = Duration.ofMillis(500);

    final HandTicker ticker = new HandTicker();
    Duration wallIsAhead = Duration.ofDays(7_000);
    final CapturedLog written = CapturedLog.ofSessions();
    final ExecutorService thread = Executors.newSingleThreadExecutor();
    LeaseClock lease = lease(Duration.ZERO);

    LeaseClock lease(Duration margin) {
        var time = new LeaseTime(ticker, () -> ticker.nanos() + wallIsAhead.toNanos(), TOLERANCE);
        return new LeaseClock(ticker, time, margin, new LapseHooks(time, thread, new ThrottledLog("orders", ticker)));
    }

    /** Attached to a connection just now. */
    void begin(long generation, long session, Duration timeout) {
        lease.begin(generation, session, timeout, ticker.nanos(), true);
    }

    @AfterEach
    void end() throws Exception {
        lease.close();
        thread.shutdown();
        assertThat(thread.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        written.close();
    }

    void attachAgain(Duration margin, Duration sinceAcknowledged) {
        lease.close();
        lease = lease(margin);
        begin(1, SESSION, TIMEOUT);
        lease.acknowledge(SESSION, ticker.nanos());
        ticker.advance(sinceAcknowledged);
        lease.begin(1, SESSION, TIMEOUT, ticker.nanos(), false);
    }

    void assertNotHeld() {
        assertThat(lease.isHeld()).isFalse();
        assertThat(lease.remaining()).isZero();
    }
}
