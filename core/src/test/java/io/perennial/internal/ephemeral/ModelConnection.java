package io.perennial.internal.ephemeral;

/** How a client of the model servers is connected. */
enum ModelConnection {
    CONNECTED,
    /** Gone, and the client does not know. */
    DEAD,
    /** The client knows, and has not told. */
    CLEANED,
    DOWN,
    /** Its handle was given up. */
    ENDED
}
