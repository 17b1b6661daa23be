package io.perennial;

import org.jspecify.annotations.Nullable;

/** The superclass of the exceptions about a session. Bad arguments are {@link IllegalArgumentException}s. */
public class ResilientSessionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param message what was tried, the state, the figures, and the next step for the reader
     */
    public ResilientSessionException(String message) {
        super(message);
    }

    /**
     * Makes one with a cause.
     *
     * @param message what was tried, the state, the figures, and the next step for the reader
     * @param cause what it came from, such as a {@code KeeperException}
     */
    public ResilientSessionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
