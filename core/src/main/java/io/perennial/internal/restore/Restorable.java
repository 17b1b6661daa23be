package io.perennial.internal.restore;

import io.perennial.ResilientSessionException;
import java.util.List;

/**
 * Something bound to a session that must be restored: the ephemeral nodes, the watches. All methods but the counts are
 * called on the session's event loop, in the order attached, detached, (lost), attached, ... , closed.
 */
public interface Restorable {
    /**
     * A read-write server session is live and has been synchronised. Brings it in line with what is wanted.
     *
     * @param live requests go through it; it ends with {@link #detached()}
     * @param how what can be relied on
     * @param restored to be run once, on the loop, possibly before this returns, when everything that can be restored
     *     now has been; what was refused and is being retried does not hold it back. Running it after
     *     {@link #detached()} does nothing
     */
    void attached(AttachedSession live, Attachment how, Runnable restored);

    /** The connection is gone. A pass under way is abandoned: its answers will not come. The session may live on. */
    void detached();

    /**
     * The server session must be considered gone, with everything that was bound to it. Comes after
     * {@link #detached()}.
     */
    void lost();

    /**
     * The session is closed: everything pending fails with this.
     *
     * @param reason the exception for futures
     */
    void closed(ResilientSessionException reason);

    /**
     * How many are registered. From any thread.
     *
     * @return the number wanted
     */
    int wanted();

    /**
     * How many of them are held or armed. From any thread.
     *
     * @return the number held or armed
     */
    int standing();

    /**
     * What cannot be restored at the moment and is retried. From any thread.
     *
     * @return a sentence each, at most 20
     */
    List<String> problems();
}
