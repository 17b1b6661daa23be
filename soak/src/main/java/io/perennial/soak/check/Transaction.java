package io.perennial.soak.check;

import java.util.List;

/**
 * An entry of a server's transaction log; only those that changed something.
 *
 * @param zxid its place in the order of all
 * @param wallMillis when the leader took it up, by the wall clock
 * @param sessionId on whose behalf
 * @param cxid the client's number for the request; 0 when the leader itself made it, as for an expiry
 * @param changes in order
 * @param certain whether it is known to have been agreed upon; otherwise it is in one log of several, and may never
 *     have been
 */
record Transaction(long zxid, long wallMillis, long sessionId, int cxid, List<Change> changes, boolean certain) {
    /** What it does. */
    enum Kind {
        CREATE,
        SET_DATA,
        DELETE,
        CREATE_SESSION,
        CLOSE_SESSION
    }

    /**
     * One change.
     *
     * @param kind of it
     * @param path where; empty for sessions
     * @param ephemeral whether what is created belongs to the transaction's session
     * @param payload the data's first word
     */
    record Change(Kind kind, String path, boolean ephemeral, String payload) {}

    Transaction {
        changes = List.copyOf(changes);
    }

    /** Whether the leader expired the session, rather than its client, or who took it over, closed it. */
    boolean isExpiry() {
        return cxid == 0 && changes.stream().anyMatch(change -> change.kind() == Kind.CLOSE_SESSION);
    }

    /** The same transaction in another server's log. */
    boolean isSameAs(Transaction other) {
        return zxid == other.zxid
                && wallMillis == other.wallMillis
                && sessionId == other.sessionId
                && cxid == other.cxid;
    }

    Transaction agreedUpon() {
        return certain ? this : new Transaction(zxid, wallMillis, sessionId, cxid, changes, true);
    }

    @Override
    public String toString() {
        return "transaction 0x" + Long.toHexString(zxid) + " of session 0x" + Long.toHexString(sessionId);
    }
}
