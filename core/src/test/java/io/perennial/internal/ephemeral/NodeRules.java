package io.perennial.internal.ephemeral;

import io.perennial.ephemeral.EphemeralSpec.OnConflict;
import io.perennial.internal.ephemeral.ModelTree.Change;
import io.perennial.internal.ephemeral.ModelTree.Node;
import io.perennial.internal.protocol.RequestKind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Watcher.Event.EventType;

/** What must be so at any time of a play with nodes, judged where the truth is: at the servers. */
final class NodeRules {
    private final NodePlay play;
    private final Map<ModelClient, Connection> connections = new HashMap<>();
    private long count;

    /** What is under way on one connection. */
    private static final class Connection {
        private final long since;
        private final Set<String> written = new HashSet<>();
        /** What was known when requests were decided that the server has put off. */
        private final Map<String, Told> putOff = new HashMap<>();

        /** Requests may have had to wait. */
        private boolean queues;

        private Connection(long since) {
            this.since = since;
        }
    }

    NodeRules(NodePlay play) {
        this.play = play;
    }

    void check(boolean right, String message, Object what) {
        play.check(right, message, what);
    }

    /** Another number each time. */
    long count() {
        return ++count;
    }

    void attached(ModelClient client) {
        connections.put(client, new Connection(play.server.tree.zxid()));
    }

    void sent(Sent sent) {
        Connection connection = connections.get(sent.from);
        sent.since = connection.since;
        connection.queues |= sent.from.session().sendsAlone(sent.kind);
        for (String path : sent.writes) {
            connection.queues |= sent.from.session().suspects(sent.kind, path);
            Told before = connection.putOff.remove(path);
            if (before != null) {
                sent.told.put(path, before);
            }
        }
        sent.delayed = connection.queues || sent.from.session().hasNarrowWindows();
        if (sent.kind == RequestKind.SET_DATA || sent.kind == RequestKind.DELETE) {
            oneAtATime(connection, sent, sent.writes.get(0));
        }
    }

    private void oneAtATime(Connection connection, Sent sent, String path) {
        check(connection.written.add(path), "two requests are under way that write", path + ": " + sent);
    }

    void creating(Sent sent, String path, byte[] data, CreateMode mode) {
        PlayedSession session = sent.from.session();
        if (!mode.isEphemeral()) {
            long registered = session.registeredSince(path);
            boolean knowingly = registered > 0 && registered < sent.from.toldAbsent(path);
            check(!knowingly, "a parent takes the path of a node that is to stand there:", path);
            return;
        }
        oneAtATime(connections.get(sent.from), sent, path);
        ModelData wanted = ModelData.of(data);
        check(
                sent.delayed || !session.registration(wanted).wasReleasedInQuiet(),
                "a node is created after its release:",
                wanted);
    }

    void answered(Sent sent) {
        connections.get(sent.from).written.removeAll(sent.writes);
    }

    /** The server was not in a position to look at it: it comes again. */
    void putOff(Sent sent) {
        Connection connection = connections.get(sent.from);
        connection.queues = true;
        connection.written.removeAll(sent.writes);
        connection.putOff.putAll(sent.told);
    }

    /** A transaction of a session has been executed. */
    void applied(Sent sent, List<Change> changes) {
        for (Change change : changes) {
            Node node = change.node();
            play.note("    0x" + Long.toHexString(sent.from.sessionId()) + " " + change.type(), node);
            if (change.type() == EventType.NodeCreated) {
                created(sent, node);
            } else if (node.czxid != play.server.tree.zxid()) {
                touched(sent, change, changes);
            }
            if (change.type() == EventType.NodeDataChanged) {
                written(sent, node);
            }
        }
    }

    private void created(Sent sent, Node node) {
        ModelData data = ModelData.of(node.data);
        if (node.owner == 0 || data == null) {
            return;
        }
        written(sent, node);
        if (sent.from.session().registration(data).isSequential()) {
            for (Node other : play.server.tree.nodes()) {
                ModelData its = ModelData.of(other.data);
                boolean twice = other != node && other.owner == node.owner && its != null && its.isOfSameNode(data);
                check(!twice, "a node stands twice:", node);
            }
        }
    }

    private void written(Sent sent, Node node) {
        ModelData data = ModelData.of(node.data);
        if (!sent.from.session().owns(node.owner)) {
            return;
        }
        sent.from.session().registration(data).applied(data.revision());
    }

    /** A node was deleted or changed that had been there. */
    private void touched(Sent sent, Change change, List<Change> changes) {
        Node node = change.node();
        if (sent.from.session().owns(node.owner) || sent.restorations != play.server.restorations()) {
            return;
        }
        if (node.owner == 0 && replaces(sent, node.path, changes)) {
            return;
        }
        Told told = sent.told.get(node.path);
        boolean unknown = sent.delayed
                ? node.czxid > sent.since
                : told != null && told.ours() && node.czxid > told.zxid() && isOfVersion(told, change);
        check(unknown, "another's node is touched, by " + sent + " in the knowledge of " + told + ":", node);
    }

    /** The version was a condition, where it was known. */
    private static boolean isOfVersion(Told told, Change change) {
        int before = change.node().version - (change.type() == EventType.NodeDataChanged ? 1 : 0);
        return told.version() == Told.UNKNOWN_VERSION || told.version() == before;
    }

    /** By a transaction of one who may. */
    private static boolean replaces(Sent sent, String path, List<Change> changes) {
        for (Change change : changes) {
            ModelData data = ModelData.of(change.node().data);
            if (change.type() == EventType.NodeCreated
                    && data != null
                    && change.node().path.equals(path)
                    && sent.from.session().registration(data).policy() == OnConflict.REPLACE) {
                return true;
            }
        }
        return false;
    }

    /** A release is said to be done. */
    void released(PlayedSession session, PlayedNode node) {
        for (Node there : play.server.tree.nodes()) {
            ModelData data = ModelData.of(there.data);
            boolean stands = there.owner == session.sessionId()
                    && data != null
                    && data.isOfSameNode(node.data())
                    && (node.isSequential() || session.registeredSince(there.path) == 0);
            check(!stands, "a node stands although its release is done:", there);
        }
    }
}
