package io.perennial.spring;

import org.springframework.context.SmartLifecycle;

/**
 * When, in the order of {@link SmartLifecycle} phases, things happen. Spring Boot starts its web server in {@code
 * DEFAULT_PHASE - 2048} and drains it, at shutdown, in {@code DEFAULT_PHASE - 1024}; phases stop in the reverse order.
 */
public final class SessionPhases {
    /** Sessions start: after all singletons are there, before the web server takes requests. */
    public static final int SESSION = SmartLifecycle.DEFAULT_PHASE - 4096;

    /** Nodes are published: after the web server takes requests. They are withdrawn before it begins to drain. */
    public static final int NODES = SmartLifecycle.DEFAULT_PHASE - 512;

    private SessionPhases() {}
}
