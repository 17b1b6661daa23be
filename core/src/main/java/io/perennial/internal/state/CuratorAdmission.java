package io.perennial.internal.state;

import io.perennial.internal.handle.ClientHandle;

/** Decides when Curator hears of a connection. Confined to the event loop. */
public interface CuratorAdmission {
    /** Runs this once Curator may hear of the connection, and so admits it; never, if the connection breaks before. */
    void before(ClientHandle on, long sessionId, Runnable then);

    /** The connection is gone: what was to be found out before Curator hears of it is not asked any more. */
    void broken();

    /** Lets Curator hear of the connection at once: no node can exist. */
    void skipped(ClientHandle on);
}
