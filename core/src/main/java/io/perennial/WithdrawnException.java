package io.perennial;

/**
 * The application itself withdrew what it waits for: it released the node, or closed the watch, before the future could
 * complete. The session lives on.
 */
public class WithdrawnException extends ResilientSessionException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param message what was withdrawn
     */
    public WithdrawnException(String message) {
        super(message);
    }
}
