package io.perennial.benchmarks.variants;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What an application does with ZooKeeper. It keeps doing so through losses of the connection and of the session; how,
 * is the variant's own matter.
 */
public interface Client extends AutoCloseable {
    /** The session timeout that all ask for. */
    Duration SESSION_TIMEOUT = Duration.ofSeconds(30);

    /** How long anything may take before a measurement has failed. */
    Duration PATIENCE = Duration.ofMinutes(2);

    /**
     * Connects, and returns when connected.
     *
     * @throws Exception when it does not
     */
    void connect() throws Exception;

    /**
     * Has these ephemeral nodes from now on. Does not wait for the server.
     *
     * @param paths whose parents exist
     * @throws Exception when refused
     */
    void register(List<String> paths) throws Exception;

    /**
     * Watches these nodes from now on, each for itself.
     *
     * @param paths of nodes that exist
     * @param heard hears of each state
     * @throws Exception when refused
     */
    void watch(List<String> paths, Heard heard) throws Exception;

    /**
     * Watches a node and everything below it from now on.
     *
     * @param root the node
     * @param heard hears of each state
     * @throws Exception when refused
     */
    void watchTree(String root, Heard heard) throws Exception;

    /**
     * Reads a node, once, waiting for the answer.
     *
     * @param path the node
     * @throws Exception also when the connection was lost: the caller tries again
     */
    void read(String path) throws Exception;

    /**
     * Replaces a node's data by a transaction, without waiting.
     *
     * @param path the node
     * @return completes when the server has acknowledged it
     */
    CompletableFuture<?> write(String path);

    /**
     * The server session.
     *
     * @return its id
     * @throws Exception when there is none
     */
    long sessionId() throws Exception;

    @Override
    void close();
}
