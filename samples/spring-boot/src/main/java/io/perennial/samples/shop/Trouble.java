package io.perennial.samples.shop;

import java.io.IOException;

/** What the page's buttons do to this instance. Thread-safe. */
public interface Trouble {
    /** Breaks the connection to the server, and refuses new ones until {@link #mend()}. */
    void cut() throws IOException;

    void mend() throws IOException;

    boolean isCut();

    /**
     * Makes the server end the instance's session.
     *
     * @throws IllegalStateException when the server holds none
     */
    void expire();

    /** Writes the configuration with a separate client: also while this instance is cut off. */
    void change(Settings settings);
}
