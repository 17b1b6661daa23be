package io.perennial.internal.ephemeral;

import io.perennial.internal.request.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.zookeeper.KeeperException.Code;

/**
 * Looks at nodes in doubt, all at once. A sequential node whose number is not known is found first, by the id in its
 * name: the server lists the paths of this very session's nodes, which needs no permission to read the parent and gives
 * nobody else's; one question serves all of a parent.
 */
final class Inspections {
    private final ReconcilePass pass;
    /** Nodes to be found, by what their paths begin with. */
    private final Map<String, List<TrackedNode>> toFind = new LinkedHashMap<>();

    private int underWay;

    Inspections(ReconcilePass pass) {
        this.pass = pass;
    }

    /** How many answers are awaited. */
    int underWay() {
        return underWay;
    }

    void add(TrackedNode node) {
        String path = node.actualServerPath();
        String id = node.state.protectionId();
        if (path != null) {
            look(node, path);
        } else if (id == null) {
            node.state.foundAbsent();
            pass.learned(node);
        } else {
            // The list of all siblings might be too long for one answer.
            String beginning = Verification.isPossible(pass.context(), pass.ledger())
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

    private void look(TrackedNode node, String path) {
        underWay++;
        pass.live().requests().exists(path, null, reply -> {
            underWay--;
            if (reply.ok() || reply.code() == Code.NONODE) {
                pass.examined(node, reply);
                pass.learned(node);
            } else if (reply.code() == Code.NOAUTH) {
                lookAmongOwn(node, path);
            } else if (!reply.connectionTrouble()) {
                pass.refused(node, reply.code(), "looking for");
            }
        });
    }

    /** It may not be read: then the list of the session's own nodes still tells whether it is one of them. */
    private void lookAmongOwn(TrackedNode node, String path) {
        underWay++;
        String whole = pass.context().paths().inTransaction(path);
        pass.live().requests().getEphemerals(whole, reply -> {
            underWay--;
            if (reply.connectionTrouble()) {
                return;
            }
            if (!reply.ok()) {
                pass.refused(node, Code.NOAUTH, "looking for");
                return;
            }
            if (reply.names().contains(whole)) {
                node.state.foundOursUnread();
            } else if (node.isSequential()) {
                pass.takenByOthers(node);
            } else {
                node.state.foundUnreadable();
            }
            pass.learned(node);
        });
    }

    private void find(String beginning, List<TrackedNode> nodes) {
        underWay++;
        String prefix = pass.context().paths().inTransaction(beginning);
        pass.live().requests().getEphemerals(prefix, reply -> {
            underWay--;
            if (reply.ok()) {
                found(
                        nodes,
                        reply.names().stream()
                                .map(pass.context().paths()::fromTransaction)
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
        pass.live().requests().getChildren(parent.isEmpty() ? "/" : parent, null, reply -> {
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
        nodes.forEach(node -> pass.refused(node, reply.code(), "looking among the siblings of"));
    }

    private void found(List<TrackedNode> nodes, List<String> paths) {
        var byId = new HashMap<String, String>();
        paths.forEach(path -> byId.put(ProtectedName.idIn(path), path));
        for (TrackedNode node : nodes) {
            String path = byId.get(node.state.protectionId());
            if (path == null) {
                node.state.foundAbsent();
            } else {
                pass.occupants().occupy(node, path);
            }
            pass.learned(node);
        }
    }
}
