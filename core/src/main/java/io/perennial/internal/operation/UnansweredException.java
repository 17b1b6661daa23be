package io.perennial.internal.operation;

/** A request was sent, or may have been, and its answer is no longer awaited. */
final class UnansweredException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean interrupted;

    private UnansweredException(String message, Exception cause, boolean interrupted) {
        super(message, cause);
        this.interrupted = interrupted;
    }

    static UnansweredException deadlinePassed(Deadlines.PassedException cause) {
        return new UnansweredException("the server did not answer in time", cause, false);
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
