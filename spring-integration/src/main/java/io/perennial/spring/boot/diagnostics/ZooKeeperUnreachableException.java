package io.perennial.spring.boot.diagnostics;

import io.perennial.SessionReport;
import java.time.Duration;

/** A fail-fast session was not connected in time. */
public final class ZooKeeperUnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient SessionReport report;

    /** Of its properties. */
    private final String prefix;

    /** What was tried. */
    private final String connectString;

    /** For how long. */
    private final Duration waited;

    /**
     * For one session.
     *
     * @param report what the session went through
     * @param prefix what its properties begin with
     * @param connectString the servers that it tried
     * @param waited how long the start waited
     */
    public ZooKeeperUnreachableException(SessionReport report, String prefix, String connectString, Duration waited) {
        super("session '" + report.name() + "': not connected to " + connectString + " after " + waited.toMillis()
                + " ms, state " + report.state()
                + (report.problems().isEmpty() ? "" : ": " + report.problems().get(0)));
        this.report = report;
        this.prefix = prefix;
        this.connectString = connectString;
        this.waited = waited;
    }

    /**
     * What the session went through.
     *
     * @return the report at the end of the wait
     */
    public SessionReport report() {
        return report;
    }

    /**
     * Where the session is configured.
     *
     * @return what its properties begin with, for example {@code perennial}
     */
    public String prefix() {
        return prefix;
    }

    /**
     * The servers that the session tried.
     *
     * @return {@code host:port[,host:port...][/chroot]}
     */
    public String connectString() {
        return connectString;
    }

    /**
     * How long the start waited.
     *
     * @return on the monotonic clock
     */
    public Duration waited() {
        return waited;
    }
}
