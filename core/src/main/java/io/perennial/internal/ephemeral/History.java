package io.perennial.internal.ephemeral;

import io.perennial.internal.restore.AttachedSession;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import org.apache.zookeeper.data.Stat;

/**
 * Whether the servers still have what they reported to this session. They do not when they were restored from a
 * backup: then the session may be alive, and its nodes exist with data older than those acknowledged (N4,
 * ZOOKEEPER-4571). A history has all writes up to some point, so looking at the latest one reported is enough.
 */
final class History {
    private final AttachedSession live;

    History(AttachedSession live) {
        this.live = live;
    }

    /** Runs one of the two, at once when nothing was reported yet; neither when the connection breaks. */
    void check(Collection<TrackedNode> nodes, Runnable same, Runnable another) {
        Optional<TrackedNode> latest = nodes.stream()
                .filter(node -> node.state.mzxid() != 0 && showsHistory(node))
                .filter(node -> node.actualServerPath() != null)
                .max(Comparator.comparingLong(node -> node.state.mzxid()));
        if (latest.isEmpty()) {
            same.run();
            return;
        }
        TrackedNode node = latest.get();
        long reported = node.state.mzxid();
        int version = node.state.version();
        boolean foreign = node.state.known() == ObservedNode.FOREIGN;
        live.requests().exists(String.valueOf(node.actualServerPath()), null, reply -> {
            Stat stat = reply.stat();
            boolean unchanged = node.watch.isArmed(); // because a change would have been reported before this answer
            if (reply.connectionTrouble()) {
                return;
            }
            if (!showsHistory(node)) {
                check(nodes, same, another); // it was deleted meanwhile, or another client's has changed
            } else if (stat != null
                    && (unchanged ? isUnchanged(stat, reported, foreign) : isWithin(stat, reported, version))) {
                same.run();
            } else {
                another.run(); // or it may not be looked at, and nothing is known
            }
        });
    }

    /** What others do to their own node shows nothing, unless a watch would have reported it. */
    private static boolean showsHistory(TrackedNode node) {
        ObservedNode known = node.state.known();
        return known.mayExist() || (known == ObservedNode.FOREIGN && node.watch.isArmed());
    }

    /**
     * Restored servers assign the lost transactions' numbers again, so that another client's node may have this one's.
     */
    private boolean isUnchanged(Stat now, long mzxid, boolean foreign) {
        long owner = now.getEphemeralOwner();
        boolean own = owner == live.sessionId() || live.wasOurs(owner);
        return now.getMzxid() == mzxid && own != foreign;
    }

    /**
     * Whether a node that was reported so can be as it is now. A later write counts only if the version has grown, too:
     * what other clients have written to a restored server since has a later transaction's number, on an earlier
     * version.
     */
    static boolean isWithin(Stat now, long mzxid, int version) {
        return now.getMzxid() > mzxid ? now.getVersion() > version : now.getMzxid() == mzxid;
    }
}
