package io.perennial.internal.state;

import io.perennial.SessionState;

/** What an event leads to, decided from values alone. */
final class Decisions {
    private Decisions() {}

    /** What an {@code Expired} means. ZooKeeper's client reports it for several reasons. */
    enum Expiry {
        /** The client gave up a session in which it had been connected; the servers may still have it. */
        GIVEN_UP,
        /** No server was asked: it was the client's own clock. */
        ASK_AGAIN,
        /** A server refuses to create a session. */
        NO_NEW_SESSION,
        /** A server no longer has the session. */
        REFUSED
    }

    /** What a silence of the servers means for the session. */
    enum Silence {
        /** Nothing yet, or nothing for a session that holds nothing. */
        BEARABLE,
        /** It must be considered lost, and the next handle asks for it. */
        LAPSED,
        /** It must be considered lost; since the failure the next handle has been under way, or has been waiting. */
        LAPSED_SINCE_FAILURE
    }

    /**
     * The state that a lost connection leads to.
     *
     * @param now the state
     * @param inUse whether the session holds nodes and watches, as far as is known
     * @param hasSession whether there is a server session, or has been one
     * @return the same when it is no news
     */
    static SessionState onLostConnection(SessionState now, boolean inUse, boolean hasSession) {
        return switch (now) {
            case RESTORING, CONNECTED -> SessionState.SUSPENDED;
            case READ_ONLY -> {
                if (inUse) {
                    yield SessionState.SUSPENDED;
                }
                yield hasSession ? SessionState.LOST : SessionState.CONNECTING;
            }
            // Not connected before either, as far as was reported to the application.
            case LATENT, CONNECTING, SUSPENDED, LOST, FAILED, CLOSED -> now;
        };
    }

    /**
     * What an {@code Expired} means.
     *
     * @param granted whether the handle has a timeout negotiated: a server's refusal takes it away
     * @param known whether there is a session to attach to
     * @param firstAttempt whether the handle was made to attach to it, and has never been attached
     * @param old whether the handle is older than the time ZooKeeper's client waits for a session
     */
    static Expiry onExpired(boolean granted, boolean known, boolean firstAttempt, boolean old) {
        if (granted) {
            return Expiry.GIVEN_UP;
        }
        if (!known) {
            return old ? Expiry.ASK_AGAIN : Expiry.NO_NEW_SESSION;
        }
        return firstAttempt && old ? Expiry.ASK_AGAIN : Expiry.REFUSED;
    }

    /**
     * What a silence of the servers means.
     *
     * @param over whether it has lasted for the whole session timeout
     * @param owedToCurator whether Curator has heard of a connection of the current handle and is owed a {@code LOST}
     *     (C18)
     * @param inUse whether the session holds nodes and watches, as far as is known; also without a current handle:
     *     the servers hung up, and the next handle has been postponed, or has had no connection yet
     * @param failed whether a failure is all that was reported to the application
     */
    static Silence onSilence(boolean over, boolean owedToCurator, boolean inUse, boolean failed) {
        if (over && owedToCurator) {
            return Silence.LAPSED;
        }
        if (over && inUse) {
            return failed ? Silence.LAPSED_SINCE_FAILURE : Silence.LAPSED;
        }
        return Silence.BEARABLE;
    }
}
