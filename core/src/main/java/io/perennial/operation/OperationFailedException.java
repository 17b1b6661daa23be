package io.perennial.operation;

import io.perennial.ResilientSessionException;
import org.apache.zookeeper.KeeperException;

/** The server answered with an error that means something to the caller. The {@link KeeperException} is the cause. */
public final class OperationFailedException extends ResilientSessionException {
    private static final long serialVersionUID = 1L;

    /** The server's answer. */
    private final KeeperException.Code code;

    /**
     * Makes one.
     *
     * @param message what was tried, the figures, and the next step for the reader
     * @param cause the server's answer
     */
    public OperationFailedException(String message, KeeperException cause) {
        super(message, cause);
        this.code = cause.code();
    }

    /**
     * The server's answer.
     *
     * @return for example {@code NODEEXISTS}
     */
    public KeeperException.Code code() {
        return code;
    }
}
