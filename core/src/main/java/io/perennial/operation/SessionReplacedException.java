package io.perennial.operation;

import io.perennial.ResilientSessionException;
import org.jspecify.annotations.Nullable;

/** The server session to which the call was bound is gone. Nothing was sent in another one. */
public final class SessionReplacedException extends ResilientSessionException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param message what was tried, the state, the figures, and the next step for the reader
     */
    public SessionReplacedException(String message) {
        super(message);
    }

    /**
     * Makes one with a cause.
     *
     * @param message what was tried, the state, the figures, and the next step for the reader
     * @param cause what it came from
     */
    public SessionReplacedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
