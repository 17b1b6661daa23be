package io.perennial.internal.state;

import io.perennial.LossDiagnosis;
import io.perennial.SessionInfo;
import io.perennial.SessionState;
import io.perennial.SessionTransition.Cause;
import io.perennial.internal.restore.Attachment;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Puts the engine's transitions into words: which cause and which sentence go with what. Confined to the event loop. */
final class Telling {
    private final StateMachine states;
    /** What the next transition has to say of the timeout granted. */
    private String timeoutNews = "";

    Telling(StateMachine states) {
        this.states = states;
    }

    void timeoutNews(String news) {
        timeoutNews = news;
    }

    /** A server session is in hand, and is restored from now on. */
    void attached(Attachment how, @Nullable SessionInfo info) {
        switch (how) {
            case RECONNECTED -> restoring(Cause.CONNECTED, info, "connected to the same session again");
            case RESUMED -> restoring(Cause.SESSION_RESUMED, info, "the old session was taken over by a new handle");
            case NEW_SESSION -> restoring(Cause.SESSION_CREATED, info, "the server made a new session");
        }
    }

    private void restoring(Cause cause, @Nullable SessionInfo info, String detail) {
        enter(SessionState.RESTORING, cause, info, null, detail);
    }

    /** Everything that can be restored has been, with that outcome. */
    void restored(@Nullable SessionInfo info, String outcome) {
        boolean wasRestoring = states.now().state() == SessionState.RESTORING;
        enter(
                SessionState.CONNECTED,
                wasRestoring ? Cause.RESTORED : Cause.CONNECTED,
                info,
                null,
                wasRestoring ? outcome : "connected to the same session again, nothing to restore");
    }

    void suspended(@Nullable SessionInfo info, Duration lease) {
        enter(
                SessionState.SUSPENDED,
                Cause.CONNECTION_LOST,
                info,
                null,
                "connection lost; the server holds the session for at least " + lease.toMillis() + " ms more");
    }

    void credentialsRefused(@Nullable SessionInfo info) {
        failed(
                Cause.AUTH_FAILED,
                info,
                "the server refuses the credentials, or demands some; check authorization(...) or the SASL login");
    }

    void cutShort(@Nullable SessionInfo info, Throwable e) {
        failed(
                Cause.INTERNAL_ERROR,
                info,
                "an error within the library, after which the session begins anew; please report it: " + e);
    }

    /** Failed, or failed as before, now for that reason. */
    void failed(Cause cause, @Nullable SessionInfo info, String detail) {
        if (states.now().state() == SessionState.FAILED) {
            states.stillFailed(cause, detail);
        } else {
            enter(SessionState.FAILED, cause, info, null, detail);
        }
    }

    void enter(
            SessionState to,
            Cause cause,
            @Nullable SessionInfo info,
            @Nullable LossDiagnosis diagnosis,
            String detail) {
        states.enter(to, cause, info, diagnosis, to.isAttached() ? detail + timeoutNews : detail);
        timeoutNews = "";
    }
}
