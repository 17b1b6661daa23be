package io.perennial.internal.restore;

import io.perennial.ResilientSessionException;
import io.perennial.internal.engine.EventLoop;
import io.perennial.internal.handle.ClientHandle;
import io.perennial.internal.protocol.Quarantine;
import io.perennial.internal.request.Requests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Restores what is bound to the session each time a server session is attached: notifies the parts, and knows when all
 * are done. Confined to the event loop, but for its {@link #problem}.
 */
public final class Restoration {
    private final RestoreContext context;
    private final Quarantine quarantine;
    private final Restorable nodes;
    private final Restorable watches;
    private final List<Restorable> parts;
    private final RestorationHistory log;
    private final RandomGenerator random;
    private final Runnable restored;

    /** What the parts have not been notified of yet: a connection may break again before they can be. */
    private Attachment owed = Attachment.RECONNECTED;

    private volatile @Nullable Requests requests;
    private EventLoop.@Nullable Timer jitter;
    /** Counts attachments, so that a late report of an earlier one is recognised as such. */
    private long attachment;

    private int unfinished;

    public Restoration(
            RestoreContext context,
            Quarantine quarantine,
            Restorable nodes,
            Restorable watches,
            RestorationHistory log,
            RandomGenerator random,
            Runnable restored) {
        this.context = context;
        this.quarantine = quarantine;
        this.nodes = nodes;
        this.watches = watches;
        this.parts = List.of(nodes, watches);
        this.log = log;
        this.random = random;
        this.restored = restored;
    }

    /** A connection came; the strongest of several wins. */
    public void owe(Attachment how) {
        if (how.compareTo(owed) > 0) {
            owed = how;
        }
    }

    public Attachment owed() {
        return owed;
    }

    /**
     * Begins to restore. Reports the end through the callback given at construction, possibly before this returns,
     * unless {@link #detach()} comes first.
     */
    public void begin(ClientHandle handle, long generation, long sessionId, Set<Long> earlierSessionIds) {
        var live = new AttachedSession(
                generation,
                sessionId,
                earlierSessionIds,
                handle.requests(context.loop(), context.policy(), quarantine));
        requests = live.requests();
        attachment++;
        log.begun(generation, owed);
        long maxJitter = context.policy().maxJitter().toNanos();
        if (maxJitter > 0 && generation > 1 && owed == Attachment.NEW_SESSION) {
            long delay = random.nextLong(maxJitter + 1);
            jitter = context.loop().schedule(Duration.ofNanos(delay), () -> attachParts(live));
        } else {
            attachParts(live);
        }
    }

    private void attachParts(AttachedSession live) {
        Attachment how = owed;
        owed = Attachment.RECONNECTED;
        unfinished = parts.size();
        long number = attachment;
        for (Restorable part : parts) {
            part.attached(live, how, () -> finished(number));
        }
    }

    private void finished(long of) {
        if (of == attachment && requests != null && --unfinished == 0) {
            log.ended(true, nodes.standing(), watches.standing());
            restored.run();
        }
    }

    /** The connection is gone. */
    public void detach() {
        if (requests == null) {
            return;
        }
        requests.broken();
        requests = null;
        log.ended(false, nodes.standing(), watches.standing());
        if (jitter != null) {
            jitter.cancel();
            jitter = null;
        }
        parts.forEach(Restorable::detached);
    }

    /** The server session is gone, too. */
    public void lost() {
        detach();
        parts.forEach(Restorable::lost);
    }

    /** Why it takes so long, if the server says why. From any thread. */
    @Nullable
    public String problem() {
        Requests current = requests;
        int putOff = current == null ? 0 : current.putOff();
        return putOff == 0
                ? null
                : ("the server answers 'not now' (throttled, or without a quorum) to %,d requests: they are repeated,"
                                + " with back-off, until it accepts them; if this persists, check its load and its"
                                + " throttledOpWaitTime")
                        .formatted(putOff);
    }

    /** Its outcome, for the transition to CONNECTED. */
    public String outcome() {
        return outcome(nodes.wanted(), nodes.standing(), watches.wanted(), watches.standing());
    }

    public static String outcome(int nodesWanted, int nodesHeld, int watchesWanted, int watchesArmed) {
        var missing = new ArrayList<String>();
        if (nodesHeld < nodesWanted) {
            missing.add((nodesWanted - nodesHeld) + " of " + nodesWanted + " nodes");
        }
        if (watchesArmed < watchesWanted) {
            missing.add((watchesWanted - watchesArmed) + " of " + watchesWanted + " watches");
        }
        return missing.isEmpty()
                ? "nodes and watches are back"
                : "restored except " + String.join(" and ", missing) + ": see report()";
    }

    public void closed(ResilientSessionException reason) {
        detach();
        parts.forEach(part -> part.closed(reason));
    }
}
