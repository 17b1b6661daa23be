package io.perennial.benchmarks.variants;

import java.util.Locale;
import java.util.function.Consumer;

/** Which client does the work. */
public enum Variant {
    /** No client at all: requests encoded beforehand, on a socket. What the server and the network take. */
    WIRE("wire"),
    /** ZooKeeper's own client, with the least code that does the work, pipelined and in transactions. */
    RAW("raw"),
    /** Curator, with {@code PersistentNode} for nodes and {@code CuratorCache} for watches. */
    CURATOR("Curator"),
    /** Curator with a {@code NodeCache} for each watched node. */
    NODE_CACHE("Curator NodeCache"),
    /** Curator with a {@code TreeCache}. */
    TREE_CACHE("Curator TreeCache"),
    /** This library. */
    PERENNIAL("Perennial");

    private final String label;

    Variant(String label) {
        this.label = label;
    }

    /** {@return its name in tables and pictures} */
    public String label() {
        return label;
    }

    /** {@return its name on the command line} */
    public String argument() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * A client that is not connected yet.
     *
     * @param connectString the servers
     * @param connection hears true when it is connected, each time, and false when the connection is lost
     * @return the client
     */
    public Client client(String connectString, Consumer<Boolean> connection) {
        return switch (this) {
            case RAW -> new RawClient(connectString, connection);
            case CURATOR, NODE_CACHE, TREE_CACHE -> new CuratorClient(this, connectString, connection);
            case PERENNIAL -> new PerennialClient(connectString, connection);
            case WIRE -> throw new IllegalArgumentException("the wire is no client: see Wire");
        };
    }
}
