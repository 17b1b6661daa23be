package io.perennial.internal.operation;

import org.jspecify.annotations.Nullable;

/** A request was sent, or may have been, and its answer is no longer awaited. */
final class UnansweredException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean interrupted;

    private UnansweredException(String message, @Nullable Exception cause, boolean interrupted) {
        super(message, cause);
        this.interrupted = interrupted;
    }

    static UnansweredException deadlinePassed(Deadlines.@Nullable PassedException cause) {
        return new UnansweredException("the server did not answer in time", cause, false);
    }

    static UnansweredException closed() {
        return new UnansweredException("the session was closed during the call", null, false);
    }

    /** The thread's interrupt status is set again. */
    static UnansweredException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new UnansweredException("interrupted while waiting for the answer", cause, true);
    }

    boolean isInterrupted() {
        return interrupted;
    }

    /** For people to read. */
    String why() {
        return String.valueOf(getMessage());
    }
}
