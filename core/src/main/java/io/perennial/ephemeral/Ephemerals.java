package io.perennial.ephemeral;

import java.util.List;

/**
 * The session's ephemeral nodes. Register a node once: it exists as long as the session object lives, whatever happens
 * to its server sessions. Thread-safe; nothing here blocks or waits for the network.
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
     * Registers an ephemeral node. Possible in every state but {@code CLOSED}; the node is created as soon as there is
     * a read-write session, and again in every later session.
     *
     * @param spec what is wanted
     * @return the node, in status {@code PENDING} until a server has it
     * @throws IllegalArgumentException when the path is empty, relative, the root or otherwise not a valid path, or
     *     already registered here, or the path of a sequential node registered here; when the data are larger than one
     *     packet may be ({@code jute.maxbuffer}: the smaller one of this client's and the servers', see {@link
     *     io.perennial.ResilientSession.Builder#serverMaxBuffer(int)}); or when the paths of all nodes together,
     *     including those that are released and not gone yet, in UTF-8, with chroot and namespace and four bytes for
     *     each, would exceed one and a half times that: a server that has to close twice as much in one transaction
     *     does not start again (ZOOKEEPER-4306). With the default there is room for 50,000 paths of 27 bytes. The
     *     session goes on unharmed
     * @throws io.perennial.operation.SessionClosedException when the session is closed
     */
    EphemeralNode register(EphemeralSpec spec);

    /**
     * The registered nodes.
     *
     * @return a copy, in the order of registration
     */
    List<EphemeralNode> nodes();
}
