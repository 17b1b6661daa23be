package io.perennial.internal.state;

import io.perennial.LossDiagnosis;
import io.perennial.SessionInfo;
import io.perennial.SessionState;
import io.perennial.SessionTransition.Cause;
import io.perennial.internal.connect.ConnectString;
import io.perennial.internal.restore.Attachment;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Describes the engine's transitions: which cause and which sentence belong to what. Confined to the event loop.
 */
final class TransitionReporter {
    private final StateMachine states;
    private final Supplier<@Nullable SessionInfo> session;
    private final Supplier<@Nullable String> whyClientPauses;
    /** What the next transition should say about the timeout granted. */
    private String timeoutNews = "";

    /** Has the states entered, each with the session that exists then. */
    TransitionReporter(
            StateMachine states, Supplier<@Nullable SessionInfo> session, Supplier<@Nullable String> whyClientPauses) {
        this.states = states;
        this.session = session;
        this.whyClientPauses = whyClientPauses;
    }

    void timeoutNews(String news) {
        timeoutNews = news;
    }

    void started(ConnectString connectString) {
        enter(SessionState.CONNECTING, Cause.STARTED, null, "connecting to " + connectString.text());
    }

    /** There is a server session, which is being restored from now on. */
    void attached(Attachment how) {
        switch (how) {
            case RECONNECTED -> restoring(Cause.CONNECTED, "connected to the same session again");
            case RESUMED -> restoring(Cause.SESSION_RESUMED, "the old session was taken over by a new handle");
            case NEW_SESSION -> restoring(Cause.SESSION_CREATED, "the server made a new session");
        }
    }

    private void restoring(Cause cause, String detail) {
        enter(SessionState.RESTORING, cause, null, detail);
    }

    /** Everything that can be restored has been restored, with that outcome. */
    void restored(String outcome) {
        boolean wasRestoring = states.now().state() == SessionState.RESTORING;
        enter(
                SessionState.CONNECTED,
                wasRestoring ? Cause.RESTORED : Cause.CONNECTED,
                null,
                wasRestoring ? outcome : "connected to the same session again, nothing to restore");
    }

    void suspended(Duration lease) {
        String why = whyClientPauses.get();
        enter(
                SessionState.SUSPENDED,
                Cause.CONNECTION_LOST,
                null,
                "connection lost; the server holds the session for at least " + lease.toMillis() + " ms more"
                        + (why == null ? "" : "; ZooKeeper's client pauses before it connects again: " + why));
    }

    void readOnly() {
        enter(SessionState.READ_ONLY, Cause.CONNECTED, null, "attached to a server without quorum; read only");
    }

    void lost(Cause cause, LossDiagnosis diagnosis, String detail) {
        enter(SessionState.LOST, cause, diagnosis, detail);
    }

    void readOnlyServerLost(SessionState after, @Nullable LossDiagnosis diagnosis) {
        enter(after, Cause.CONNECTION_LOST, diagnosis, "lost the read-only server");
    }

    void credentialsRefused() {
        failed(
                Cause.AUTH_FAILED,
                "the server refuses the credentials, or requires some; check authorization(...) or the SASL login");
    }

    void cutShort(Throwable e) {
        failed(
                Cause.INTERNAL_ERROR,
                "an internal error in the library, after which the session starts over; please report it: " + e);
    }

    void handleFailed(Throwable e) {
        failed(Cause.HANDLE_FAILED, "a ZooKeeper handle could not be made: " + e);
    }

    void chrootMissing(ConnectString connectString) {
        failed(
                Cause.CHROOT_MISSING,
                "connectString '" + connectString.text() + "': the chroot '" + connectString.chroot()
                        + "' does not exist on the server; create that node, or leave the chroot out and use"
                        + " namespace(\""
                        + connectString.chroot() + "\"), which is made on demand");
    }

    /** Failed, or still failed but now for that reason. */
    void failed(Cause cause, String detail) {
        if (states.now().state() == SessionState.FAILED) {
            states.stillFailed(cause, detail);
        } else {
            enter(SessionState.FAILED, cause, null, detail);
        }
    }

    void closed(Cause cause, String detail) {
        enter(SessionState.CLOSED, cause, null, detail);
    }

    private void enter(SessionState to, Cause cause, @Nullable LossDiagnosis diagnosis, String detail) {
        states.enter(to, cause, session.get(), diagnosis, to.isAttached() ? detail + timeoutNews : detail);
        timeoutNews = "";
    }
}
