package io.perennial.internal.ephemeral;

import io.perennial.internal.request.Reply;
import io.perennial.internal.restore.AttachedSession;
import io.perennial.internal.restore.RestoreContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * Looks at nodes in doubt, all at once. A sequential node whose number is not known is found first, by the id in its
 * name: the server lists the paths of this very session's nodes, which needs no permission to read the parent and
 * returns nobody else's; one question serves all nodes of a parent.
 */
final class Inspections {
    private final RestoreContext context;
    private final AttachedSession live;
    private final NodeLedger ledger;
    private final PathOccupants occupants;
    private final PassProgress progress;
    /** Nodes to be found, by what their paths begin with. */
    private final Map<String, List<TrackedNode>> toFind = new LinkedHashMap<>();

    private int underWay;

    Inspections(
            RestoreContext context,
            AttachedSession live,
            NodeLedger ledger,
            PathOccupants occupants,
            PassProgress progress) {
        this.context = context;
        this.live = live;
        this.ledger = ledger;
        this.occupants = occupants;
        this.progress = progress;
    }

    /** How many answers are awaited. */
    int underWay() {
        return underWay;
    }

    void add(TrackedNode node) {
        String path = node.actualServerPath();
        String id = node.state.protectionId();
        if (path != null) {
            look(node, path, true);
        } else if (id == null) {
            node.state.foundAbsent();
            progress.learned(node);
        } else {
            // The list of all siblings might be too long for one answer.
            String beginning = Verification.isPossible(context, ledger)
                    ? ProtectedName.beginningOfSiblings(node.serverPath)
                    : ProtectedName.beginning(node.serverPath, id);
            toFind.computeIfAbsent(beginning, b -> new ArrayList<>()).add(node);
        }
    }

    void flush() {
        if (!toFind.isEmpty()) {
            var now = new LinkedHashMap<>(toFind);
            toFind.clear();
            now.forEach(this::find);
        }
    }

    private void look(TrackedNode node, String path, boolean mayBeRead) {
        underWay++;
        live.requests().exists(path, null, reply -> {
            underWay--;
            byte[] expected = mayBeRead ? dataToCompare(node, reply) : null;
            if (expected != null) {
                compare(node, path, expected);
            } else if (reply.ok() || reply.code() == Code.NONODE) {
                looked(node, reply);
            } else if (reply.code() == Code.NOAUTH) {
                lookAmongOwn(node, path);
            } else if (!reply.connectionTrouble()) {
                progress.refused(node, reply.code(), "looking for");
            }
        });
    }

    private void looked(TrackedNode node, Reply reply) {
        progress.examined(node, reply);
        progress.learned(node);
    }

    /** The data that the node has, if it is the one whose creation was not answered; null if they need not be read. */
    private byte @Nullable [] dataToCompare(TrackedNode node, Reply reply) {
        Stat stat = reply.stat();
        if (stat == null || !node.state.isTakenForCreated(stat, live.sessionId())) {
            return null;
        }
        byte[] expected = ledger.data(node, node.state.createdWith());
        boolean writtenNext = expected == null && !node.isReleased() && !node.state.isAcknowledged();
        if (writtenNext || (expected != null && expected.length != stat.getDataLength())) {
            node.state.foundOtherData();
            return null;
        }
        return expected == null || expected.length == 0 ? null : expected;
    }

    /** Servers that were put back to a backup may have an older node there, of the same session (N4). */
    private void compare(TrackedNode node, String path, byte[] expected) {
        underWay++;
        live.requests().getData(path, null, reply -> {
            underWay--;
            Stat stat = reply.stat();
            if (stat != null
                    && node.state.isTakenForCreated(stat, live.sessionId())
                    && !Arrays.equals(expected, reply.data())) {
                node.state.foundOtherData();
            }
            if (reply.ok() || reply.code() == Code.NONODE) {
                looked(node, reply);
            } else if (!reply.connectionTrouble()) {
                if (reply.code() != Code.NOAUTH) {
                    node.state.foundOtherData(); // as far as is known
                }
                look(node, path, false);
            }
        });
    }

    /** The node may not be read: then the list of the session's own nodes still shows whether it is one of them. */
    private void lookAmongOwn(TrackedNode node, String path) {
        underWay++;
        String whole = context.paths().inTransaction(path);
        live.requests().getEphemerals(whole, reply -> {
            underWay--;
            if (reply.connectionTrouble()) {
                return;
            }
            if (!reply.ok()) {
                progress.refused(node, Code.NOAUTH, "looking for");
                return;
            }
            if (reply.names().contains(whole)) {
                node.state.foundOursUnread();
            } else if (node.isSequential()) {
                progress.takenByOthers(node);
            } else {
                node.state.foundUnreadable();
            }
            progress.learned(node);
        });
    }

    private void find(String beginning, List<TrackedNode> nodes) {
        underWay++;
        String prefix = context.paths().inTransaction(beginning);
        live.requests().getEphemerals(prefix, reply -> {
            underWay--;
            if (reply.ok()) {
                found(
                        nodes,
                        reply.names().stream()
                                .map(context.paths()::fromTransaction)
                                .toList());
            } else if (!reply.connectionTrouble()) {
                findAmongChildren(nodes);
            }
        });
    }

    /** For servers that do not know the question. */
    private void findAmongChildren(List<TrackedNode> nodes) {
        String parent = ServerPaths.parent(nodes.get(0).serverPath);
        underWay++;
        live.requests().getChildren(parent.isEmpty() ? "/" : parent, null, reply -> {
            underWay--;
            if (reply.ok() || reply.code() == Code.NONODE) {
                found(
                        nodes,
                        reply.names().stream().map(name -> parent + "/" + name).toList());
            } else if (!reply.connectionTrouble()) {
                refused(nodes, reply);
            }
        });
    }

    private void refused(List<TrackedNode> nodes, Reply reply) {
        nodes.forEach(node -> progress.refused(node, reply.code(), "looking among the siblings of"));
    }

    private void found(List<TrackedNode> nodes, List<String> paths) {
        var byId = new HashMap<String, String>();
        paths.forEach(path -> byId.put(ProtectedName.idIn(path), path));
        for (TrackedNode node : nodes) {
            String path = byId.get(node.state.protectionId());
            if (path == null) {
                node.state.foundAbsent();
            } else {
                occupants.occupy(node, path);
            }
            progress.learned(node);
        }
    }
}
