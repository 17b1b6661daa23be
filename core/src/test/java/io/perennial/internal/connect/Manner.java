package io.perennial.internal.connect;

/** How a server takes those who connect. */
enum Manner {
    REFUSES,
    /** Nothing comes through, and nobody says so. */
    UNREACHABLE,
    HANGS_UP,
    SILENT,
    SPEAKS,
    GIVES,
    READ_ONLY;

    boolean gives() {
        return this == GIVES || this == READ_ONLY;
    }

    boolean accepts() {
        return this != REFUSES && this != UNREACHABLE;
    }
}
