package io.perennial.internal.handle;

import io.perennial.internal.connect.ConnectString;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Where a session's handles come from. */
public interface Handles {
    /**
     * Where the session is.
     *
     * @return as the ensemble provider gave it for the first handle; before that, as it gave it when the session was
     *     built
     */
    ConnectString connectString();

    /**
     * Whether an old session can be attached to.
     *
     * @return false when that is not wanted, or a factory of the caller's cannot do it
     */
    boolean canResume();

    /**
     * Ends the current handle without telling the server, and makes the next.
     *
     * @param known the session to attach to, or null for a new one
     * @param accept gets the handle before any of its events; returns false when it comes too late and must be
     *     discarded
     * @throws Exception when no handle can be made, for example because a key store is missing
     */
    void replace(@Nullable SessionCredentials known, Predicate<ClientHandle> accept) throws Exception;

    /**
     * Why ZooKeeper's client makes pauses of its own before it connects again.
     *
     * @return null when it makes none, or nothing is known of them
     */
    default @Nullable String whyClientPauses() {
        return null;
    }

    /** Has the current handle look for the servers where the ensemble provider now says they are. */
    void followEnsemble();
}
