package io.perennial.internal.ephemeral;

import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.request.Reply;
import io.perennial.internal.restore.AttachedSession;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * Writes new data to existing nodes, and deletes released ones.
 *
 * <p>Both are conditional on the version last seen, because ZooKeeper has no condition on the owner: another client's
 * node that has replaced ours since then mostly has another version, because each counts from 0. What is left is a node
 * of ours that was never updated, deleted by one other client and recreated by a third in the one round trip before the
 * watch's event is here; where no watch is armed it is looked at first. An update's answer shows the owner, and a look
 * sent along with a deletion does, so even then it is noticed, reported and not repeated.
 */
final class WritesAndDeletes {
    private final AttachedSession live;
    private final NodeLedger ledger;
    private final ThrottledLog log;
    private final PassProgress progress;

    WritesAndDeletes(AttachedSession live, NodeLedger ledger, ThrottledLog log, PassProgress progress) {
        this.live = live;
        this.ledger = ledger;
        this.log = log;
        this.progress = progress;
    }

    void write(TrackedNode node) {
        String path = node.actualServerPath();
        Payload payload = ledger.payload(node);
        if (path == null || payload == null) {
            progress.againLater(node);
            return;
        }
        node.state.writing();
        live.requests().setData(path, payload.data(), node.state.version(), reply -> {
            if (!reply.connectionTrouble()) {
                written(node, payload, reply);
            }
        });
    }

    private void written(TrackedNode node, Payload payload, Reply reply) {
        Stat stat = reply.stat();
        if (reply.ok() && stat != null) {
            if (stat.getEphemeralOwner() == live.sessionId()) {
                node.state.written(payload.revision(), stat);
                node.failures.accepted();
                node.updates.written(payload.revision());
                progress.settled(node);
            } else {
                progress.examined(node, reply);
                log.warnThrottled(
                        "ephemeral-overwritten",
                        "node '" + node.path() + "' was deleted and created anew by another client while it was"
                                + " updated; the update changed that client's node: find out who deletes this"
                                + " session's nodes");
            }
            progress.learned(node);
        } else if (reply.code() == Code.BADVERSION) {
            progress.learned(node); // in doubt: the inspection returns the version
        } else if (reply.code() == Code.NONODE) {
            progress.deletedByOthers(node);
        } else if (reply.code() == Code.NOAUTH && node.state.isInherited()) {
            node.state.replaceInherited();
            progress.again(node);
        } else {
            node.state.notDone();
            progress.refusedData(node, reply.code(), "updating");
        }
    }

    void delete(TrackedNode node) {
        String path = node.actualServerPath();
        if (path == null) {
            progress.againLater(node);
            return;
        }
        node.state.deleting();
        var lastSeen = new AtomicReference<Stat>();
        // Sent together, so it costs no round trip: a deletion's answer says nothing about what was deleted (N11).
        live.requests().exists(path, null, look -> {
            Stat stat = look.stat();
            lastSeen.set(stat);
            if (stat == null || stat.getEphemeralOwner() != live.sessionId()) {
                node.state.disturb();
            }
        });
        live.requests().delete(path, node.state.version(), reply -> {
            if (reply.ok() || reply.code() == Code.NONODE) {
                if (reply.ok()) {
                    warnIfForeign(node, lastSeen.get());
                }
                node.state.foundAbsent();
                progress.learned(node);
            } else if (reply.code() == Code.BADVERSION) {
                progress.learned(node);
            } else if (!reply.connectionTrouble()) {
                node.state.notDone();
                progress.refused(node, reply.code(), "deleting");
            }
        });
    }

    private void warnIfForeign(TrackedNode node, @Nullable Stat deleted) {
        if (deleted != null
                && deleted.getEphemeralOwner() != live.sessionId()
                && !live.wasOurs(deleted.getEphemeralOwner())) {
            log.warnThrottled(
                    "ephemeral-foreign-deleted",
                    "node '" + node.path()
                            + "' was deleted and created anew by another client while it was released;"
                            + " the release deleted that client's node: find out who deletes this session's nodes");
        }
    }
}
