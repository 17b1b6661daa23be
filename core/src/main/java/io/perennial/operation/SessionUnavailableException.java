package io.perennial.operation;

import io.perennial.ResilientSessionException;
import org.jspecify.annotations.Nullable;

/**
 * There is no usable server session now, or there was none within the time allowed. Nothing was applied, except
 * possibly an IDEMPOTENT call, by an attempt whose acknowledgement was lost.
 */
public final class SessionUnavailableException extends ResilientSessionException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param message what was tried, the state, the figures, and the next step for the reader
     */
    public SessionUnavailableException(String message) {
        super(message);
    }

    /**
     * Makes one with a cause.
     *
     * @param message what was tried, the state, the figures, and the next step for the reader
     * @param cause what it came from
     */
    public SessionUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
