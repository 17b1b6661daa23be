package io.perennial.internal.state;

import io.perennial.SessionInfo;
import io.perennial.internal.handle.ClientHandle;
import io.perennial.internal.handle.HandleEvent;
import io.perennial.internal.handle.SessionCredentials;
import io.perennial.internal.restore.Attachment;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The engine's account of its server session: the credentials with which a handle can attach to it, what is reported of
 * it to the application, and whether it holds nodes and watches. It is {@linkplain #known known} until a server says
 * that it no longer has it. Confined to the event loop.
 */
final class HeldSession {
    private final Duration requestedTimeout;
    private final EarlierSessions earlier = new EarlierSessions();

    private @Nullable SessionCredentials known;
    private @Nullable SessionInfo info;
    private @Nullable ClientHandle lastConnected;
    private long generation;
    private boolean inUse;

    HeldSession(Duration requestedTimeout) {
        this.requestedTimeout = requestedTimeout;
    }

    /** A handle has been connected in the session that the event names: the known one or a new one. */
    Attachment connected(HandleEvent event) {
        Attachment how = attachmentOf(event.handle());
        if (how == Attachment.NEW_SESSION) {
            generation++;
            info = null;
        }
        known = event.session();
        lastConnected = event.handle();
        info = event.info(generation, requestedTimeout, info);
        return how;
    }

    private Attachment attachmentOf(ClientHandle handle) {
        if (known == null) {
            return Attachment.NEW_SESSION;
        }
        return inUse && handle == lastConnected ? Attachment.RECONNECTED : Attachment.RESUMED;
    }

    /** From now on the parts are attached in it. */
    void use() {
        inUse = true;
    }

    /** It must be considered lost; the servers may still have it. */
    void drop() {
        inUse = false;
        info = null;
    }

    /**
     * The server no longer has it: from now on the owner of its nodes is not another session, but an earlier one of
     * ours.
     */
    void forget() {
        if (known != null) {
            earlier.add(known.id());
        }
        known = null;
    }

    /** The credentials with which a handle attaches to it; null when there is no session that a server may have. */
    @Nullable
    SessionCredentials known() {
        return known;
    }

    boolean isKnown() {
        return known != null;
    }

    /** Whether that is a session other than the known one. */
    boolean isReplacedBy(SessionCredentials session) {
        return known != null && known.id() != session.id();
    }

    /** Whether there is a server session, or was one. */
    boolean hasBeen() {
        return known != null || generation > 0;
    }

    /** What is reported of it to the application; null when it is lost, or has not begun. */
    @Nullable
    SessionInfo info() {
        return info;
    }

    long id() {
        return known == null ? 0 : known.id();
    }

    long generation() {
        return generation;
    }

    /** The ids of the sessions before it. */
    Set<Long> earlierIds() {
        return earlier.ids();
    }

    /** The negotiated timeout; the requested one when it is lost or has not begun. */
    Duration timeout() {
        return info == null ? requestedTimeout : info.negotiatedTimeout();
    }

    /** Whether the parts have been attached in it, and have not been notified that it is lost. */
    boolean isInUse() {
        return inUse;
    }

    /** The handle of the last connection. */
    @Nullable
    ClientHandle lastConnected() {
        return lastConnected;
    }
}
