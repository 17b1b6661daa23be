package io.perennial.ephemeral;

import java.util.List;

/**
 * The session's ephemeral nodes: registered once, there as long as the session object lives, whatever happens to its
 * server sessions. Thread-safe; nothing here blocks or waits for the network.
 */
public interface Ephemerals {
    /**
     * Registers a plain ephemeral node; like {@link #register(EphemeralSpec)} with {@link EphemeralSpec#at(String)} and
     * the data.
     *
     * @param path absolute path, below the session's namespace
     * @param data the node's data, copied
     * @return the node, in status {@code PENDING} until a server has it
     */
    EphemeralNode register(String path, byte[] data);

    /**
     * Registers an ephemeral node. Possible in every state but {@code CLOSED}; the node is created as soon as a
     * read-write session is there, and again in every later session.
     *
     * @param spec what is wanted
     * @return the node, in status {@code PENDING} until a server has it
     * @throws IllegalArgumentException when the path is empty or relative, already registered here, when the data are
     *     larger than one packet may be ({@code jute.maxbuffer}), or when the paths of all nodes together would exceed
     *     what the server can close in one transaction (ZOOKEEPER-4306); the session is not harmed
     * @throws io.perennial.operation.SessionClosedException when the session is closed
     */
    EphemeralNode register(EphemeralSpec spec);

    /**
     * What is registered.
     *
     * @return a copy, in the order of registration
     */
    List<EphemeralNode> nodes();
}
