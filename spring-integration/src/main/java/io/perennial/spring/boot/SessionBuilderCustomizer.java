package io.perennial.spring.boot;

import io.perennial.ResilientSession;

/** A bean that makes the last changes to a session's builder. Ordered. */
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
