package io.perennial.internal.ephemeral;

import io.perennial.internal.ephemeral.ModelTree.Node;
import io.perennial.internal.ephemeral.ModelTree.Right;
import io.perennial.internal.ephemeral.ModelWatchers.Missed;
import io.perennial.internal.protocol.RequestKind;
import io.perennial.internal.request.Reply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.WatcherType;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.proto.CreateRequest;

/** A client of the model servers, as ZooKeeper's: in the order of the requests come the answers, if they come. */
final class ModelClient extends NodesWire {
    private final ModelServer server;
    private final PlayedSession session;
    private final NodeRules rules;
    private final long sessionId;
    /** Sent, and not read by the server. */
    private final ArrayDeque<Sent> outgoing = new ArrayDeque<>();
    /** Not answered, as far as the client knows. */
    private final ArrayDeque<Sent> unanswered = new ArrayDeque<>();
    /** Handed over between a loss and its telling: they go on the next connection. */
    private final ArrayDeque<Sent> held = new ArrayDeque<>();
    /** Words of the server, in order. */
    private final ArrayDeque<Runnable> incoming = new ArrayDeque<>();

    private final ModelWatchers watchers = new ModelWatchers();
    private final Set<String> armedAtServer = new HashSet<>();
    private final ToldPaths told;

    private final ModelWrites writes;
    private ModelConnection state = ModelConnection.CONNECTED;
    private long lastZxid;
    private int requests;

    ModelClient(ModelServer server, PlayedSession session, NodeRules rules, long sessionId) {
        this.server = server;
        this.session = session;
        this.rules = rules;
        this.sessionId = sessionId;
        this.told = new ToldPaths(session);
        this.writes = new ModelWrites(server, session, sessionId);
        server.enter(this);
    }

    long sessionId() {
        return sessionId;
    }

    PlayedSession session() {
        return session;
    }

    /** How many it has been asked to send. */
    int requests() {
        return requests;
    }

    boolean isConnected() {
        return state == ModelConnection.CONNECTED;
    }

    boolean isDown() {
        return state == ModelConnection.DOWN;
    }

    boolean isIdle() {
        return unanswered.isEmpty() && incoming.isEmpty();
    }

    /** The server reads and executes one; whether there was any. */
    boolean serve() {
        Sent sent = state == ModelConnection.CONNECTED ? outgoing.poll() : null;
        if (sent == null) {
            return false;
        }
        Reply reply = server.serve(sent);
        long zxid = server.tree.zxid();
        if (reply.code() == Code.UNIMPLEMENTED) {
            outgoing.clear();
        }
        incoming.add(() -> answer(sent, reply, zxid));
        return true;
    }

    /** Something has changed at a path. */
    void changed(EventType type, String path) {
        if (state == ModelConnection.CONNECTED && armedAtServer.remove(path)) {
            long zxid = server.tree.zxid();
            incoming.add(() -> event(type, path, zxid));
        }
    }

    /**
     * The connection goes.
     *
     * @param executed so many of the requests that were sent are executed before
     * @param later and so many after
     */
    void cut(int executed, int later) {
        if (state != ModelConnection.CONNECTED) {
            return;
        }
        for (int i = 0; i < executed && !outgoing.isEmpty(); i++) {
            server.serve(outgoing.remove());
        }
        for (int i = 0; i < later && !outgoing.isEmpty(); i++) {
            server.later(outgoing.remove());
        }
        outgoing.clear();
        incoming.clear();
        armedAtServer.clear();
        state = ModelConnection.DEAD;
    }

    /** The client hears that the connection is gone. */
    void notice() {
        if (state != ModelConnection.DEAD) {
            return;
        }
        state = ModelConnection.CLEANED;
        outgoing.clear();
        while (!unanswered.isEmpty()) {
            Sent sent = unanswered.remove();
            incoming.add(() -> sent.answer.accept(ModelReplies.of(Code.CONNECTIONLOSS)));
        }
        incoming.add(() -> session.disconnected(this));
    }

    /** The session knows. */
    void down() {
        state = state == ModelConnection.CLEANED ? ModelConnection.DOWN : state;
    }

    /** One word of the server, or of the client, is given; whether there was any. */
    boolean deliver() {
        Runnable next = state == ModelConnection.ENDED ? null : incoming.poll();
        if (next != null) {
            next.run();
        }
        return next != null;
    }

    private void answer(Sent sent, Reply reply, long zxid) {
        unanswered.remove(sent);
        lastZxid = Math.max(lastZxid, zxid);
        if (reply.code() == Code.THROTTLEDOP) {
            rules.putOff(sent);
        } else {
            sent.learned.accept(reply);
            rules.answered(sent);
        }
        sent.answer.accept(reply);
        if (reply.code() == Code.UNIMPLEMENTED) {
            cut(0, 0);
            notice();
        }
    }

    private void event(EventType type, String path, long zxid) {
        if (watchers.paths().contains(path)) {
            told.tell(path, new Told(zxid, false, Told.UNKNOWN_VERSION));
            told.tellWatched(path, false);
        }
        watchers.fire(type, path);
    }

    /** The same handle has a connection again; the session was there all the time. */
    void reconnect() {
        server.serveAllLate();
        server.tree.catchUpWith(lastZxid);
        state = ModelConnection.CONNECTED;
        if (keepsWatches()) {
            told.keep(watchers.paths(), server.tree.zxid());
            armAgain();
        } else {
            told.clear();
            watchers.clear();
        }
        rules.attached(this);
        while (!held.isEmpty()) {
            Sent sent = held.remove();
            server.serve(sent); // Whose answer nobody waits for.
        }
        while (deliver()) {}
    }

    private void armAgain() {
        long zxid = server.tree.zxid();
        for (Missed missed : watchers.missed(server.tree, lastZxid)) {
            if (missed.type() == EventType.None) {
                armedAtServer.add(missed.path());
            } else {
                incoming.add(() -> event(missed.type(), missed.path(), zxid));
            }
        }
    }

    /** The handle is given up: nobody hears from it any more. */
    void end() {
        cut(0, 0);
        state = ModelConnection.ENDED;
        server.leave(this);
    }

    // Requests.

    private Sent submit(RequestKind kind, List<String> writes, Consumer<Reply> answer) {
        requests++;
        rules.check(
                state != ModelConnection.DOWN && state != ModelConnection.ENDED,
                "a request without a connection:",
                kind);
        Map<String, Told> known = told.sound(kind, writes);
        var sent = new Sent(this, kind, writes, known, answer, server.restorations());
        rules.sent(sent);
        if (state == ModelConnection.CLEANED) {
            held.add(sent);
        } else {
            unanswered.add(sent);
            outgoing.add(sent);
        }
        return sent;
    }

    @Override
    public void create(String path, byte[] data, List<ACL> acl, CreateMode mode, Consumer<Reply> answer) {
        RequestKind kind = mode.isContainer() ? RequestKind.CREATE_CONTAINER : RequestKind.CREATE;
        Sent sent = submit(kind, List.of(path), answer);
        rules.creating(sent, path, data, mode);
        sent.effect = () -> server.transact(sent, () -> {
            Code refusal = writes.create(path, data, mode);
            return refusal != Code.OK ? ModelReplies.of(refusal) : ModelReplies.ofPath(writes.made().path);
        });
        sent.learned = reply -> {
            if (reply.ok()) {
                learnMade(reply.path(), 0);
            }
        };
    }

    private void learnMade(String path, int version) {
        told.tell(path, new Told(lastZxid, true, version));
        server.tree.markKnown(path);
    }

    @Override
    public void setData(String path, byte[] data, int version, Consumer<Reply> answer) {
        Sent sent = submit(RequestKind.SET_DATA, List.of(path), answer);
        sent.effect = () -> server.transact(sent, () -> {
            Code refusal = server.refusalOf(RequestKind.SET_DATA);
            Code code = refusal != Code.OK ? refusal : server.tree.setData(path, data, version);
            return code == Code.OK ? ModelReplies.ofStat(server.tree.get(path)) : ModelReplies.of(code);
        });
        sent.learned = reply -> told.tell(path, reply, lastZxid, rules.count());
    }

    @Override
    public void delete(String path, int version, Consumer<Reply> answer) {
        Sent sent = submit(RequestKind.DELETE, List.of(path), answer);
        sent.effect = () -> server.transact(sent, () -> {
            Code refusal = server.refusalOf(RequestKind.DELETE);
            return ModelReplies.of(refusal != Code.OK ? refusal : server.tree.delete(path, version));
        });
        sent.learned = reply -> told.tell(path, reply, lastZxid, rules.count());
    }

    @Override
    public void exists(String path, Watcher watcher, Consumer<Reply> answer) {
        Sent sent = submit(RequestKind.EXISTS, List.of(), watcher == null ? answer : asking(path, answer));
        sent.effect = () -> {
            Code refusal = server.refusalOf(RequestKind.EXISTS);
            if (refusal != Code.OK || server.tree.isDenied(path, Right.READ)) {
                server.hide();
                return ModelReplies.of(refusal != Code.OK ? refusal : Code.NOAUTH);
            }
            if (watcher != null) {
                armedAtServer.add(path);
            }
            Node node = server.tree.get(path);
            return node == null ? ModelReplies.of(Code.NONODE) : ModelReplies.ofStat(node);
        };
        sent.learned = reply -> {
            told.tell(path, reply, lastZxid, rules.count());
            if (watcher != null && (reply.ok() || reply.code() == Code.NONODE)) {
                watchers.add(path, watcher, reply.ok());
                told.tellWatched(path, true);
            }
        };
    }

    private Consumer<Reply> asking(String path, Consumer<Reply> answer) {
        told.ask(path);
        return reply -> {
            told.tellAnswered(path);
            answer.accept(reply);
        };
    }

    @Override
    public void getChildren(String path, Watcher watcher, Consumer<Reply> answer) {
        Sent sent = submit(RequestKind.GET_CHILDREN, List.of(), answer);
        sent.effect = () -> {
            if (!path.equals("/") && server.tree.get(path) == null) {
                return ModelReplies.of(Code.NONODE);
            }
            if (server.tree.isDenied(path, Right.READ)) {
                return ModelReplies.of(Code.NOAUTH);
            }
            return ModelReplies.ofNames(server.tree.children(path.equals("/") ? "" : path));
        };
    }

    @Override
    public void getEphemerals(String prefix, Consumer<Reply> answer) {
        Sent sent = submit(RequestKind.GET_EPHEMERALS, List.of(), answer);
        String chroot = session.chroot();
        sent.effect = () -> {
            Code refusal = server.refusalOf(RequestKind.GET_EPHEMERALS);
            if (refusal != Code.OK) {
                return ModelReplies.of(refusal);
            }
            var paths = new ArrayList<String>();
            for (Node node : server.tree.nodes()) {
                if (node.owner == sessionId && (chroot + node.path).startsWith(prefix)) {
                    paths.add(chroot + node.path);
                }
            }
            return ModelReplies.ofNames(paths);
        };
        sent.learned = reply ->
                reply.names().forEach(path -> learnMade(path.substring(chroot.length()), Told.UNKNOWN_VERSION));
    }

    @Override
    public void multi(List<Op> operations, Consumer<Reply> answer) {
        var paths = new LinkedHashSet<String>();
        operations.forEach(operation -> paths.add(operation.getPath()));
        Sent sent = submit(RequestKind.CREATE, List.copyOf(paths), answer);
        for (Op operation : operations) {
            if (operation instanceof Op.Create && ModelWrites.isLast(operations, operation)) {
                CreateRequest create = (CreateRequest) operation.toRequestRecord();
                rules.creating(sent, create.getPath(), create.getData(), ModelWrites.mode(create));
            }
        }
        sent.effect = () -> server.transact(sent, () -> writes.executeAll(operations));
        sent.learned = reply -> {
            for (OpResult result : reply.ok() ? reply.results() : List.<OpResult>of()) {
                if (result instanceof OpResult.CreateResult create) {
                    learnMade(create.getPath().substring(session.chroot().length()), 0);
                }
            }
        };
    }

    @Override
    public void removeWatches(String path, Watcher watcher, WatcherType type, Consumer<Reply> answer) {
        Sent sent = submit(RequestKind.REMOVE_WATCHES, List.of(), answer);
        sent.effect = () -> ModelReplies.of(armedAtServer.contains(path) ? Code.OK : Code.NOWATCHER);
        sent.learned = reply -> {
            if (reply.ok()) {
                watchers.remove(path, watcher);
                told.tellWatched(path, watchers.paths().contains(path));
            }
        };
    }

    /** When the session was told last that there is nothing at the path, or 0. */
    long toldAbsent(String path) {
        return told.absentSince(path);
    }

    @Override
    public boolean keepsWatches() {
        return session.keepsWatches();
    }

    @Override
    public void getData(String path, Watcher watcher, Consumer<Reply> answer) {
        Sent sent = submit(RequestKind.GET_DATA, List.of(), answer);
        sent.effect = () -> server.tree.isDenied(path, Right.READ)
                ? ModelReplies.of(Code.NOAUTH)
                : ModelReplies.ofData(server.tree.get(path));
        sent.learned = reply -> told.tell(path, reply, lastZxid, rules.count());
    }
}
