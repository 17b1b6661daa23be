package io.perennial;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One change of a session's state.
 *
 * @param from the state left
 * @param to the state entered
 * @param cause what caused the change
 * @param session the current server session after the change, or null when there is none
 * @param inPreviousState how long the session was in {@code from}, on the monotonic clock
 * @param diagnosis why the session was lost; only on the way to {@link SessionState#LOST}
 * @param detail one sentence for a person
 */
public record SessionTransition(
        SessionState from,
        SessionState to,
        Cause cause,
        @Nullable SessionInfo session,
        Duration inPreviousState,
        @Nullable LossDiagnosis diagnosis,
        String detail) {

    /** What caused a transition. */
    public enum Cause {
        /** {@link ResilientSession#start()}. */
        STARTED,
        /** The same handle is connected to the same session again. */
        CONNECTED,
        /** Nodes and watches are back. */
        RESTORED,
        /** The connection broke. */
        CONNECTION_LOST,
        /**
         * No acknowledgement for a whole session timeout: the server may have expired the session. The {@link Lease}
         * itself has lapsed before that.
         */
        LEASE_ELAPSED,
        /** A new handle took over the old session: same id, same generation. */
        SESSION_RESUMED,
        /** The server said that it no longer has the session, or application code made the handle give it up. */
        SESSION_EXPIRED,
        /**
         * The server made a new session: the next generation. A session that is gone before it could be used is counted
         * but not reported, so the number may have grown by more than one.
         */
        SESSION_CREATED,
        /** The server refuses the credentials, or hangs up on clients that have none ({@code enforce.auth.enabled}). */
        AUTH_FAILED,
        /** The server granted another session timeout than the one asked for, and the policy is to refuse that. */
        TIMEOUT_CLAMPED,
        /** The connect string's chroot does not exist on the server. */
        CHROOT_MISSING,
        /** A handle could not be made (TLS or client configuration). */
        HANDLE_FAILED,
        /**
         * An error within the library (a bug, or a momentary lack of memory) cut a decision short: the session begins
         * anew, with another handle, from what is known for certain.
         */
        INTERNAL_ERROR,
        /** The session's owner has stopped. */
        OWNER_STOPPED,
        /** {@link ResilientSession#close()}. */
        CLOSED
    }
}
