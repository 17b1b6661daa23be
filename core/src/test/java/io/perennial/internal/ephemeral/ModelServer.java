package io.perennial.internal.ephemeral;

import io.perennial.internal.ephemeral.ModelTree.Change;
import io.perennial.internal.ephemeral.ModelTree.Node;
import io.perennial.internal.protocol.RequestKind;
import io.perennial.internal.request.Reply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.zookeeper.KeeperException.Code;

/** The servers, as one: their sessions, their nodes, and what goes wrong there. */
final class ModelServer {
    final ModelTree tree = new ModelTree();
    /** They answer "not now". */
    boolean throttled;

    private static final long TRANSACTIONS_SINCE_A_BACKUP = 10_000;

    private final NodeRules rules;
    private final boolean old;
    private final Set<Long> alive = new HashSet<>();
    private final List<ModelClient> clients = new ArrayList<>();
    /** Read from connections that are gone, and not looked at yet. */
    private final ArrayDeque<Sent> late = new ArrayDeque<>();

    private final Map<RequestKind, Code> refusals = new HashMap<>();
    private long sessions = 0x100;
    private Fault fault;
    private Map<String, Node> backup = Map.of();
    private Set<Long> aliveInBackup = Set.of();
    private long zxidOfBackup;
    private int restorations;
    private boolean hidden;

    /** What becomes of the next requests of a kind. */
    private static final class Fault {
        private final RequestKind kind;
        private final Code code;
        private final boolean afterEffect;
        private int times;

        private Fault(RequestKind kind, Code code, boolean afterEffect, int times) {
            this.kind = kind;
            this.code = code;
            this.afterEffect = afterEffect;
            this.times = times;
        }
    }

    ModelServer(NodeRules rules, boolean old) {
        this.rules = rules;
        this.old = old;
    }

    long newSession() {
        alive.add(++sessions);
        return sessions;
    }

    boolean isAlive(long session) {
        return alive.contains(session);
    }

    void enter(ModelClient client) {
        clients.add(client);
    }

    void leave(ModelClient client) {
        clients.remove(client);
    }

    void expire(long session, boolean reaped) {
        if (alive.remove(session)) {
            for (ModelClient client : List.copyOf(clients)) {
                if (client.sessionId() == session) {
                    client.cut(0, 0);
                    client.notice();
                }
            }
        }
        if (reaped) {
            reap(session);
        }
    }

    /** Those of all sessions that are gone. */
    void reapAll() {
        var owners = new HashSet<Long>();
        for (Node node : tree.nodes()) {
            if (node.owner != 0 && !isAlive(node.owner)) {
                owners.add(node.owner);
            }
        }
        owners.forEach(this::reap);
    }

    private void reap(long session) {
        tree.begin();
        var theirs = new ArrayList<Node>();
        tree.nodes().forEach(node -> {
            if (node.owner == session) {
                theirs.add(node);
            }
        });
        theirs.forEach(tree::remove);
        fire(tree.commit());
    }

    /** Somebody else does something. */
    void others(Runnable doing) {
        tree.begin();
        doing.run();
        fire(tree.commit());
    }

    void refuse(RequestKind kind, Code code) {
        refusals.put(kind, code);
    }

    void failNext(RequestKind kind, Code code, boolean afterEffect, int times) {
        fault = new Fault(kind, code, afterEffect, times);
    }

    /** Something could not be looked at. */
    void hide() {
        hidden = true;
    }

    boolean hasHidden() {
        return hidden;
    }

    Code refusalOf(RequestKind kind) {
        return refusals.getOrDefault(kind, Code.OK);
    }

    /** All that was wrong with them is right again. */
    void mend() {
        throttled = false;
        fault = null;
        refusals.clear();
        tree.grantAll();
    }

    /** Many transactions of others follow, whose numbers will be given again when the backup is put back. */
    void backUp() {
        backup = tree.copy();
        aliveInBackup = Set.copyOf(alive);
        zxidOfBackup = tree.zxid();
        tree.catchUpWith(zxidOfBackup + TRANSACTIONS_SINCE_A_BACKUP);
    }

    void putBackup() {
        if (aliveInBackup.isEmpty()) {
            return;
        }
        restorations++;
        late.clear();
        alive.clear();
        alive.addAll(aliveInBackup);
        for (ModelClient client : List.copyOf(clients)) {
            client.cut(0, 0);
            client.notice();
        }
        tree.putBack(backup, zxidOfBackup);
    }

    int restorations() {
        return restorations;
    }

    void later(Sent sent) {
        late.add(sent);
    }

    /** One that was read from a connection that is gone is executed; whether there was any. */
    boolean serveLate() {
        Sent sent = late.poll();
        if (sent != null) {
            serve(sent);
        }
        return sent != null;
    }

    /** A connection of that session comes: what was sent on earlier ones has been executed, or never will be. */
    void serveAllLate() {
        while (serveLate()) {}
    }

    /** Executes a request. */
    Reply serve(Sent sent) {
        if (!isAlive(sent.from.sessionId())) {
            return ModelReplies.of(Code.SESSIONEXPIRED);
        }
        if (throttled) {
            return ModelReplies.of(Code.THROTTLEDOP);
        }
        if (old && sent.kind.mayBeUnknown()) {
            return ModelReplies.of(Code.UNIMPLEMENTED);
        }
        Fault met = fault != null && fault.kind == sent.kind ? fault : null;
        if (met == null) {
            return sent.effect.get();
        }
        if (--met.times == 0) {
            fault = null;
        }
        if (met.afterEffect) {
            Reply unused = sent.effect.get();
        }
        return ModelReplies.of(met.code);
    }

    /** All or nothing. */
    Reply transact(Sent sent, Supplier<Reply> writes) {
        tree.begin();
        Reply reply = writes.get();
        if (!reply.ok()) {
            tree.rollBack();
            return reply;
        }
        List<Change> changes = tree.commit();
        rules.applied(sent, changes);
        fire(changes);
        return reply;
    }

    private void fire(List<Change> changes) {
        for (Change change : changes) {
            for (ModelClient client : clients) {
                client.changed(change.type(), change.node().path);
            }
        }
    }
}
