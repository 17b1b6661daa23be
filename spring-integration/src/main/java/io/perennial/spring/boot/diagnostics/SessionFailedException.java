package io.perennial.spring.boot.diagnostics;

import io.perennial.SessionReport;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import java.util.List;
import java.util.Optional;

/** A fail-fast session has failed: trying again would not help, as a person must change something first. */
public final class SessionFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient SessionReport report;
    /** Of its properties. */
    private final String prefix;

    /**
     * For one session.
     *
     * @param report what the session went through
     * @param prefix what its properties begin with
     */
    public SessionFailedException(SessionReport report, String prefix) {
        super("session '" + report.name() + "': "
                + lastFailure(report)
                        .map(failure -> failure.cause() + ", " + failure.detail())
                        .orElse("failed"));
        this.report = report;
        this.prefix = prefix;
    }

    private static Optional<SessionTransition> lastFailure(SessionReport report) {
        List<SessionTransition> transitions = report.recentTransitions();
        for (int i = transitions.size() - 1; i >= 0; i--) {
            if (transitions.get(i).to() == SessionState.FAILED) {
                return Optional.of(transitions.get(i));
            }
        }
        return Optional.empty();
    }

    /**
     * What the session went through.
     *
     * @return the report right after the failure
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
     * Why it has failed.
     *
     * @return the transition to {@code FAILED}; empty when there was none
     */
    public Optional<SessionTransition> failure() {
        return lastFailure(report);
    }
}
