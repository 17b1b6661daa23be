package io.perennial.operation;

import io.perennial.ResilientSessionException;
import org.jspecify.annotations.Nullable;

/** The request was sent and its acknowledgement was lost: it may or may not have been applied. */
public final class OutcomeUnknownException extends ResilientSessionException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param message what was tried, the state, the figures, and the next step for the reader
     */
    public OutcomeUnknownException(String message) {
        super(message);
    }

    /**
     * Makes one with a cause.
     *
     * @param message what was tried, the state, the figures, and the next step for the reader
     * @param cause what it came from
     */
    public OutcomeUnknownException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
