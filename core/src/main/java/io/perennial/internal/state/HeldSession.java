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
 * The engine's account of its server session: by what a handle can attach to it, what the application is told of it,
 * and whether nodes and watches stand in it. It is {@linkplain #known known} until a server says that it has it no
 * longer. Confined to the event loop.
 */
final class HeldSession {
    private final Duration requestedTimeout;
    private final EarlierSessions earlier = new EarlierSessions();

    private @Nullable SessionCredentials known;
    private @Nullable SessionInfo info;
    private @Nullable ClientHandle lastConnected;
    private long generation;
    private boolean standing;

    HeldSession(Duration requestedTimeout) {
        this.requestedTimeout = requestedTimeout;
    }

    /** A handle has been connected in the session that the event names, which is the one known or a new one. */
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
        return standing && handle == lastConnected ? Attachment.RECONNECTED : Attachment.RESUMED;
    }

    /** The parts are attached in it from now on. */
    void stand() {
        standing = true;
    }

    /** It must be taken for lost; the servers may have it yet. */
    void drop() {
        standing = false;
        info = null;
    }

    /**
     * The server has it no longer: what its nodes' owner is from now on is a stranger no more, but a left-over of ours.
     */
    void forget() {
        if (known != null) {
            earlier.add(known.id());
        }
        known = null;
    }

    /** What a handle attaches to it by; null when there is no session that a server may have. */
    @Nullable
    SessionCredentials known() {
        return known;
    }

    boolean isKnown() {
        return known != null;
    }

    /** Whether that is another than the one known. */
    boolean isReplacedBy(SessionCredentials session) {
        return known != null && known.id() != session.id();
    }

    /** Whether there is a server session, or has been one. */
    boolean hasBeen() {
        return known != null || generation > 0;
    }

    /** What the application is told of it; null when it is lost, or has not begun. */
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

    /** Those before it. */
    Set<Long> earlierIds() {
        return earlier.ids();
    }

    /** As negotiated; as asked for, when it is lost or has not begun. */
    Duration timeout() {
        return info == null ? requestedTimeout : info.negotiatedTimeout();
    }

    /** Whether the parts have been attached in it, and have not been told that it is lost. */
    boolean isStanding() {
        return standing;
    }

    /** The handle of the last connection. */
    @Nullable
    ClientHandle lastConnected() {
        return lastConnected;
    }
}
