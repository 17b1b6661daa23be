package io.perennial.internal.connect;

/** Where the thread that connects can be when something happens. */
enum GatePlace {
    RESOLVING(true),
    PAUSING(true),
    WAITING_FOR_OWNER(true),
    ENDING(true),
    LOOKING(true),
    LISTENING(true),
    CLIENTS_PAUSE(false),
    CONNECTING(false),
    HANDSHAKE(false),
    CLEANING_UP(false),
    CONNECTED(false),
    READ_ONLY(false),
    ENDED(false);

    private final boolean inGate;

    GatePlace(boolean inGate) {
        this.inGate = inGate;
    }

    boolean isInGate() {
        return inGate;
    }
}
