package io.perennial.spring.boot;

import io.perennial.ResilientSession;

/** A bean that has the last word on a session before it is built. Ordered. */
@FunctionalInterface
public interface SessionBuilderCustomizer {
    /**
     * Changes the builder.
     *
     * @param sessionName the session's name
     * @param builder with everything from the properties
     */
    void customize(String sessionName, ResilientSession.Builder builder);
}
