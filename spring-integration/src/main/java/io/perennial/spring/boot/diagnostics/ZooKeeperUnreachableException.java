package io.perennial.spring.boot.diagnostics;

import io.perennial.SessionReport;
import java.time.Duration;

/** A session that is to fail fast was not connected in time. */
public final class ZooKeeperUnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient SessionReport report;

    /**
     * For one session.
     *
     * @param report what the session went through
     * @param waited how long the start waited
     */
    public ZooKeeperUnreachableException(SessionReport report, Duration waited) {
        super("session '" + report.name() + "': not connected after " + waited.toMillis() + " ms, state "
                + report.state());
        this.report = report;
    }

    /**
     * What the session went through.
     *
     * @return the report at the end of the wait
     */
    public SessionReport report() {
        return report;
    }
}
