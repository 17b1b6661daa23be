package io.perennial.spring;

import io.perennial.ephemeral.EphemeralSpec;
import java.util.List;

/**
 * A bean that declares ephemeral nodes, for when they are known only at run time; a single one can be a bean of type
 * {@link EphemeralSpec}. The nodes are published once the context's web server, if any, takes requests, and withdrawn
 * before it drains.
 */
@FunctionalInterface
public interface EphemeralNodeSource {
    /**
     * The nodes. Called on the thread that starts the context, each time before they are published; by then the web
     * server's port is known.
     *
     * @return what to publish
     */
    List<EphemeralSpec> nodes();

    /**
     * The session that holds them.
     *
     * @return its qualifier or bean name; empty for the context's only or primary session
     */
    default String session() {
        return "";
    }
}
