package io.perennial.operation;

import io.perennial.ResilientSessionException;
import org.jspecify.annotations.Nullable;

/** The session was closed: by {@link io.perennial.ResilientSession#close()}, or because its owner ended. */
public final class SessionClosedException extends ResilientSessionException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param message what was tried, the state, the figures, and the next step for the reader
     */
    public SessionClosedException(String message) {
        super(message);
    }

    /**
     * Makes one with a cause.
     *
     * @param message what was tried, the state, the figures, and the next step for the reader
     * @param cause what it came from
     */
    public SessionClosedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
