package io.perennial.internal.session;

import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.ephemeral.EphemeralNodes;
import io.perennial.internal.handle.ClientHandle;
import io.perennial.internal.handle.HandleSupervisor;
import io.perennial.internal.operation.Witnesses;
import io.perennial.internal.protocol.Quarantine;
import io.perennial.internal.request.Reply;
import io.perennial.internal.request.Requests;
import io.perennial.internal.restore.RestoreContext;
import io.perennial.internal.state.CuratorAdmission;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * Removes what Curator's recipes gave up. At LOST a recipe considers its nodes gone (CURATOR-678, -604): so before
 * Curator hears RECONNECTED in the same session, which was taken over, that session's ephemeral nodes are deleted,
 * except those of the ledger, the witnesses of writes under way, and those made since the loss (C8).
 *
 * <p>A node made before the loss is recognised by its transaction: not after the last one that the previous handle had
 * seen. A node whose creation was not acknowledged by then is kept: its recipe finds it by its protection, or cleans it
 * up.
 *
 * <p>The youngest goes first: a lock that waits for an older one must not find itself first in the queue with a node
 * that is about to go.
 *
 * <p>Confined to the event loop.
 */
public final class Sweep implements CuratorAdmission {
    /** How many connections may break over the question before it is no longer asked, until the next loss. */
    private static final int MOST_BREAKS = 3;

    private static final int MOST_NAMED = 5;

    private final RestoreContext context;
    private final HandleSupervisor handles;
    private final EphemeralNodes nodes;
    private final Witnesses witnesses;
    private final Quarantine quarantine;
    private final ThrottledLog log;

    private @Nullable Pass pass;
    /** The handle whose connections have broken over the question, and how many have. */
    private @Nullable ClientHandle asked;

    private int breaks;
    private volatile @Nullable String problem;

    /** A node of the session that is not in the ledger. */
    record Found(String path, Stat stat) {}

    Sweep(
            RestoreContext context,
            HandleSupervisor handles,
            EphemeralNodes nodes,
            Witnesses witnesses,
            Quarantine quarantine,
            ThrottledLog log) {
        this.context = context;
        this.handles = handles;
        this.nodes = nodes;
        this.witnesses = witnesses;
        this.quarantine = quarantine;
        this.log = log;
    }

    @Override
    public void before(ClientHandle on, long sessionId, Runnable then) {
        broken();
        var next = new Pass(on, sessionId, then);
        pass = next;
        if (!handles.isLostToCurator(on, sessionId)) {
            next.end();
            return;
        }
        if (asked != on) {
            asked = on;
            breaks = 0;
        }
        next.ask();
    }

    @Override
    public void broken() {
        if (pass != null) {
            pass.requests.end();
            pass = null;
        }
    }

    @Override
    public void skipped(ClientHandle on) {
        handles.admitToCurator(on);
    }

    /** What could not be removed the last time. From any thread. */
    List<String> problems() {
        String last = problem;
        return last == null ? List.of() : List.of(last);
    }

    /** Those that existed at the loss, youngest first. */
    static List<Found> stale(List<Found> found, long sessionId, long lastSeen) {
        return found.stream()
                .filter(node -> node.stat.getEphemeralOwner() == sessionId && node.stat.getCzxid() <= lastSeen)
                .sorted(Comparator.comparingLong((Found node) -> node.stat.getCzxid())
                        .reversed())
                .toList();
    }

    private final class Pass {
        private final ClientHandle on;
        private final long sessionId;
        private final Runnable then;
        private final Requests requests;
        private final List<Found> found = new ArrayList<>();
        private final List<String> gone = new ArrayList<>();
        private final List<String> refused = new ArrayList<>();
        private int awaited;

        Pass(ClientHandle on, long sessionId, Runnable then) {
            this.on = on;
            this.sessionId = sessionId;
            this.then = then;
            this.requests = on.requests(context.loop(), context.policy(), quarantine);
        }

        void ask() {
            if (!nodes.fitIntoOneAnswer()) {
                cannotAsk("with so many registered nodes the list of the session's nodes does not fit into one answer"
                        + " (jute.maxbuffer); give recipes a session of their own, or build this one with"
                        + " resume(false)");
                return;
            }
            if (breaks >= MOST_BREAKS) {
                cannotList("the connection breaks whenever they are asked");
                return;
            }
            requests.getEphemerals("/", this::listed);
        }

        /** As of now. */
        private Predicate<String> wanted() {
            return nodes.wantedPaths().or(witnesses::contains);
        }

        private void listed(Reply reply) {
            if (reply.ok()) {
                problem = null;
                look(reply.names().stream()
                        .map(context.paths()::fromTransaction)
                        .filter(wanted().negate())
                        .toList());
            } else if (reply.connectionTrouble()) {
                breaks++;
            } else {
                breaks = MOST_BREAKS; // It hangs up, too.
                notListed(reply);
            }
        }

        /** A question that the quarantine refused was never asked. */
        private void notListed(Reply reply) {
            Quarantine.Refusal refusal = reply.refusal();
            if (refusal == null || reply.code() == Code.UNIMPLEMENTED) {
                cannotList("they answer " + reply.code());
            } else {
                cannotAsk("the session's nodes were not asked for, because " + refusal.reason()
                        + " Give recipes a session of their own, or build this one with resume(false)");
            }
        }

        private void cannotList(String how) {
            cannotAsk("the servers cannot list a session's nodes, which they can from 3.6 on (" + how
                    + "); update them, or build the session with resume(false)");
        }

        private void cannotAsk(String why) {
            reportProblem("ephemeral nodes that Curator's recipes gave up at LOST may still exist, because the session"
                    + " was taken over: " + why);
            end();
        }

        private void look(List<String> paths) {
            awaited = paths.size();
            if (awaited == 0) {
                end();
            }
            for (String path : paths) {
                requests.exists(path, null, reply -> {
                    Stat stat = reply.stat();
                    if (reply.ok() && stat != null) {
                        found.add(new Found(path, stat));
                    }
                    answered(path, reply, this::delete);
                });
            }
        }

        private void delete() {
            List<Found> stale = stale(found, sessionId, handles.lastZxidAtLoss());
            awaited = stale.size();
            if (awaited == 0) {
                end();
            }
            Predicate<String> wanted = wanted(); // Asked again: nodes may have been registered since.
            for (Found node : stale) {
                if (wanted.test(node.path)) {
                    settled(this::deleted);
                } else {
                    requests.delete(node.path, node.stat.getVersion(), reply -> {
                        if (reply.ok()) {
                            gone.add(node.path);
                        }
                        answered(node.path, reply, this::deleted);
                    });
                }
            }
        }

        private void answered(String path, Reply reply, Runnable next) {
            if (reply.connectionTrouble()) {
                return; // The connection is gone; the next one starts over.
            }
            if (!reply.ok() && reply.code() != Code.NONODE) {
                refused.add(path + ": " + reply.code());
            }
            settled(next);
        }

        private void settled(Runnable next) {
            if (--awaited == 0) {
                next.run();
            }
        }

        private void deleted() {
            if (!gone.isEmpty()) {
                log.info("deleted ephemeral nodes that Curator's recipes had given up at LOST, because the session was"
                        + " taken over: " + some(gone));
            }
            end();
        }

        void end() {
            requests.end();
            if (!refused.isEmpty()) {
                reportProblem("ephemeral nodes that Curator's recipes gave up at LOST still exist and could not be"
                        + " deleted: "
                        + some(refused) + "; delete them by hand, or grant this session DELETE on their parents");
            }
            handles.admitToCurator(on);
            then.run();
        }

        private void reportProblem(String sentence) {
            problem = sentence;
            log.warnThrottled("sweep", sentence);
        }
    }

    private static String some(List<String> all) {
        String first = String.join(", ", all.subList(0, Math.min(MOST_NAMED, all.size())));
        return all.size() <= MOST_NAMED ? first : first + " and " + (all.size() - MOST_NAMED) + " more";
    }
}
