package io.perennial.internal.ephemeral;

import io.perennial.internal.restore.AttachedSession;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * Makes missing parents of nodes whose creation was answered with NoNode: looks which of the distinct ones are missing
 * and creates these, shallow first, pipelined. Another client may be doing the same, or a server may be removing
 * containers: one that already exists is just as good, one that vanishes again is made again, up to a few times.
 */
final class Parents {
    private record Parent(String path, List<ACL> acl, CreateMode mode) {}

    private final AttachedSession live;
    private final NodeLedger ledger;
    private final PassProgress progress;

    Parents(AttachedSession live, NodeLedger ledger, PassProgress progress) {
        this.live = live;
        this.ledger = ledger;
        this.progress = progress;
    }

    /** Makes them: then the nodes continue. */
    void make(List<TrackedNode> nodes) {
        new Job(nodes).look();
    }

    private final class Job {
        private final List<TrackedNode> nodes;
        private final Map<String, Parent> parents = new HashMap<>();
        private final List<Parent> missing = new ArrayList<>();
        private final Map<String, Code> refusals = new HashMap<>();
        private int awaited;

        private Job(List<TrackedNode> nodes) {
            this.nodes = nodes;
            for (TrackedNode node : nodes) {
                addParents(node);
            }
        }

        private void addParents(TrackedNode node) {
            CreateMode mode = node.spec.containerParents() ? CreateMode.CONTAINER : CreateMode.PERSISTENT;
            List<String> ancestors = ServerPaths.ancestors(node.serverPath);
            for (int depth = 0; depth < ancestors.size(); depth++) {
                String path = ancestors.get(depth);
                parents.putIfAbsent(path, new Parent(path, node.acls.parents().get(depth), mode));
            }
        }

        private void look() {
            awaited = parents.size();
            for (Parent parent : parents.values()) {
                live.requests().exists(parent.path, null, reply -> {
                    if (reply.connectionTrouble()) {
                        return;
                    }
                    if (reply.code() == Code.NONODE) {
                        lacking(parent);
                    }
                    if (--awaited == 0) {
                        create();
                    }
                });
            }
            if (awaited == 0) {
                create();
            }
        }

        /** A persistent node at a registered path would block our own node, and outlive the session (N5). */
        private void lacking(Parent parent) {
            if (ledger.isRegistered(parent.path)) {
                refusals.put(parent.path, Code.NOCHILDRENFOREPHEMERALS);
            } else {
                missing.add(parent);
            }
        }

        private void create() {
            // A path sorts behind its prefixes.
            missing.sort(Comparator.comparing(Parent::path));
            awaited = missing.size();
            for (Parent parent : missing) {
                live.requests().create(parent.path, new byte[0], parent.acl, parent.mode, reply -> {
                    if (reply.connectionTrouble()) {
                        return;
                    }
                    if (!reply.ok() && reply.code() != Code.NODEEXISTS) {
                        refusals.put(parent.path, reply.code());
                    }
                    if (--awaited == 0) {
                        finish();
                    }
                });
            }
            if (awaited == 0) {
                finish();
            }
        }

        private void finish() {
            for (TrackedNode node : nodes) {
                Code refusal = refusalAbove(node);
                if (refusal == null && node.failures.parentsMadeTooOften()) {
                    refusal = Code.NONODE;
                }
                if (refusal == null) {
                    progress.again(node);
                } else {
                    progress.refused(node, refusal, "creating the parents of");
                }
            }
        }

        private @Nullable Code refusalAbove(TrackedNode node) {
            for (String ancestor : ServerPaths.ancestors(node.serverPath)) {
                Code refusal = refusals.get(ancestor);
                if (refusal != null) {
                    return refusal;
                }
            }
            return null;
        }
    }
}
