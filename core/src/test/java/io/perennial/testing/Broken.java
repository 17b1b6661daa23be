package io.perennial.testing;

/** What must be so in a play is not. */
public final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Broken(String message) {
        super(message);
    }

    public Broken(String message, Throwable cause) {
        super(message, cause);
    }
}
