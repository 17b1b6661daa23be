package io.perennial.spring.boot;

import org.apache.curator.framework.CuratorFrameworkFactory;

/**
 * A bean that changes the Curator builder that a session is built on, for what the session's own builder has no method
 * for: compression, an {@code ACLProvider}, an {@code EnsembleProvider}. Ordered.
 */
@FunctionalInterface
public interface CuratorBuilderCustomizer {
    /**
     * Changes the builder.
     *
     * @param sessionName the session's name
     * @param builder Curator's
     */
    void customize(String sessionName, CuratorFrameworkFactory.Builder builder);
}
