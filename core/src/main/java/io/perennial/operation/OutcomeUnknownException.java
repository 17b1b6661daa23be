package io.perennial.operation;

import io.perennial.ResilientSessionException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The request was sent and its acknowledgement was lost: it may or may not have been applied. */
public final class OutcomeUnknownException extends ResilientSessionException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable WriteOutcome outcome;

    /**
     * Makes one.
     *
     * @param message what was tried, the state, the figures, and the next step for the reader
     */
    public OutcomeUnknownException(String message) {
        super(message);
        this.outcome = null;
    }

    /**
     * Makes one with a cause.
     *
     * @param message what was tried, the state, the figures, and the next step for the reader
     * @param cause what it came from
     */
    public OutcomeUnknownException(String message, @Nullable Throwable cause) {
        super(message, cause);
        this.outcome = null;
    }

    OutcomeUnknownException(WriteOutcome outcome) {
        super(outcome.explanation());
        this.outcome = outcome;
    }

    /**
     * What is known about the write, from {@link WriteOutcome#orThrow}: above all whether everything is as it would
     * have left it.
     *
     * @return an outcome of kind {@link WriteOutcome.Kind#UNKNOWN}; empty for a {@code call}, whose effect was not
     *     checked, and after serialization
     */
    public Optional<WriteOutcome> outcome() {
        return Optional.ofNullable(outcome);
    }
}
