package io.perennial.spring;

import io.perennial.ephemeral.EphemeralNode;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The ephemeral nodes that an application context publishes: those of {@link io.perennial.spring.ZooKeeperNode}
 * annotations, of beans of type {@link io.perennial.ephemeral.EphemeralSpec} and of {@link EphemeralNodeSource} beans.
 * A bean; thread-safe.
 */
public interface PublishedNodes {
    /**
     * What is published now.
     *
     * @return a copy, in the order of publication; empty while the context is stopped or paused
     */
    List<EphemeralNode> nodes();

    /**
     * Asks again for the data, on the calling thread, and updates the nodes whose data have changed; nodes that an
     * {@link EphemeralNodeSource} newly declares are published, those that it no longer declares withdrawn. Does not
     * wait for the network. Does nothing while the context is stopped or paused.
     *
     * @return completes when the servers have the changes; exceptionally as {@link EphemeralNode#update}
     * @throws IllegalStateException when a method or source throws, or its data cannot be converted; nodes that come
     *     later in the order are then left as they are
     */
    CompletableFuture<Void> refresh();
}
