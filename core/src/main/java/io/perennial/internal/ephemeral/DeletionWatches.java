package io.perennial.internal.ephemeral;

import io.perennial.RestorePolicy;
import io.perennial.internal.engine.Backoff;
import io.perennial.internal.request.Reply;
import io.perennial.internal.restore.AttachedSession;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.WatcherType;

/**
 * Arms a watch on each node that exists, or that another client holds, to learn of its deletion. In the background:
 * after the restoration and a few at a time, so that requests that something waits for find the window free.
 */
final class DeletionWatches {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    private final AttachedSession live;
    private final PathOccupants occupants;
    private final Watcher watcher;
    private final PassProgress progress;
    private final int maxUnderWay;
    private final ArrayDeque<TrackedNode> queue = new ArrayDeque<>();
    /** Nodes on which no watch could be armed. */
    private final Set<TrackedNode> refused = new LinkedHashSet<>();

    private final Backoff pauses;
    private int underWay;
    private boolean begun;

    DeletionWatches(
            RestorePolicy policy,
            AttachedSession live,
            PathOccupants occupants,
            Watcher watcher,
            RandomGenerator random,
            PassProgress progress) {
        this.live = live;
        this.occupants = occupants;
        this.watcher = watcher;
        this.progress = progress;
        this.pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, random);
        this.maxUnderWay = Math.max(1, policy.maxRequestsInFlight() / 4);
    }

    void add(TrackedNode node) {
        if (node.watch.isNeeded()) {
            node.watch.queued();
            queue.add(node);
            if (begun) {
                feed();
            }
        }
    }

    /**
     * Whether a change of the node since it was last looked at would have been reported, as far as the next step needs
     * it.
     */
    boolean wouldReport(TrackedNode node, NodeAction next) {
        return node.watch.isArmed() || (next == NodeAction.WRITE && isAboutToWatch(node));
    }

    /**
     * Whether the watch was requested when the node came to rest, and the answer, which reports a change, will arrive
     * before the next one: so an update that follows another costs no look. Only where the version is a condition that
     * another client's new node does not meet, and where requests keep their order.
     */
    private boolean isAboutToWatch(TrackedNode node) {
        return node.watch.isAskedAtOnce()
                && node.state.version() > 0
                && !live.requests().hasQuarantined()
                && live.requests().putOff() == 0;
    }

    /** Another client's node that is no longer waited for: nothing will fire the watch, so it is removed. */
    void disarm(TrackedNode node) {
        if (node.watch.isArmed() && node.state.known() == ObservedNode.FOREIGN) {
            removeWatch(node.serverPath);
        }
        node.watch.disarmed();
    }

    private void removeWatch(String path) {
        live.requests().removeWatches(path, watcher, WatcherType.Data, reply -> {});
    }

    void begin() {
        begun = true;
        feed();
    }

    private void feed() {
        while (underWay < maxUnderWay && !queue.isEmpty()) {
            TrackedNode node = queue.remove();
            node.watch.notOnItsWay();
            String path = node.actualServerPath();
            if (path != null && !node.isReleased()) {
                arm(node, path);
            }
        }
    }

    private void arm(TrackedNode node, String path) {
        underWay++;
        node.watch.asked(node.state.isFresh());
        live.requests().exists(path, watcher, reply -> {
            underWay--;
            node.watch.notOnItsWay();
            answered(node, path, reply);
            feed();
        });
    }

    /** Until then nothing reports a deletion of the node. */
    private void armLater(TrackedNode node) {
        if (refused.isEmpty()) {
            progress.later(pauses.next(), this::addRefused);
        }
        refused.add(node);
    }

    private void addRefused() {
        var again = List.copyOf(refused);
        refused.clear();
        again.stream().filter(node -> node.activity.isEntered()).forEach(this::add);
    }

    private void answered(TrackedNode node, String path, Reply reply) {
        if (!reply.ok() && reply.code() != Code.NONODE) {
            if (!reply.connectionTrouble()) {
                armLater(node);
            }
            return;
        }
        if (!node.activity.isEntered() || !path.equals(node.actualServerPath())) {
            if (occupants.isVacant(path)) {
                removeWatch(path);
            }
            if (node.activity.isEntered()) {
                add(node); // it has been given another path meanwhile
            }
            return;
        }
        node.watch.armed();
        if (node.activity.isBusy()) {
            node.state.glimpsed(reply.stat(), live.sessionId());
            return; // the answer under way says more, unless it is a refusal
        }
        boolean wasOwned = node.state.isOwned();
        if (wasOwned && reply.stat() == null && !node.isReleased()) {
            progress.deletedByOthers(node);
        } else {
            progress.examined(node, reply);
            progress.learned(node);
        }
    }
}
