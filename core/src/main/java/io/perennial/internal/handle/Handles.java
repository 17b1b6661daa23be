package io.perennial.internal.handle;

import io.perennial.internal.connect.ConnectString;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Where a session's handles come from. */
public interface Handles {
    /**
     * Where the session is.
     *
     * @return as the ensemble provider said it for the first handle; before that, as it said it when the session was
     *     built
     */
    ConnectString connectString();

    /**
     * Whether an old session can be attached to.
     *
     * @return false when that is not wanted, or cannot be had of a factory of the caller's
     */
    boolean canResume();

    /**
     * Ends the current handle without telling the server, and makes the next.
     *
     * @param known the session to attach to, or null for a new one
     * @param accept gets the handle before any of its events; false when it comes too late and is to be thrown away
     * @throws Exception when no handle can be made, for example for want of a key store
     */
    void replace(@Nullable SessionCredentials known, Predicate<ClientHandle> accept) throws Exception;

    /** Has the current handle look for the servers where the ensemble provider says that they are now. */
    void followEnsemble();
}
