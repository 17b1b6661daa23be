package io.perennial.internal.protocol;

/** The releases of ZooKeeper with which requests came that older servers do not know, the oldest first. */
public enum ServerRelease {
    /** Creation with a stat, the configuration as a node, removal of watches. */
    V3_5("3.5"),
    /** Containers, and nodes with a time to live. */
    V3_5_3("3.5.3"),
    /** Persistent watches, and the list of a session's own nodes. */
    V3_6("3.6");

    private final String number;

    ServerRelease(String number) {
        this.number = number;
    }

    boolean isBefore(ServerRelease other) {
        return compareTo(other) < 0;
    }

    /** As people write it. */
    @Override
    public String toString() {
        return "ZooKeeper " + number;
    }
}
