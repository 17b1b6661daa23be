package io.perennial.soak.check;

import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.soak.work.ExpectedNode;
import io.perennial.soak.work.Places;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * In a quiet moment every registered node exists on the servers with its data, owned by the current server session of
 * the session that registered it; where several sessions want one path, one of them has it; no node exists twice; and
 * no ephemeral node belongs to an unknown session.
 */
final class NodeJudge {
    private static final String NAME = "nodes";

    private final ServerView servers;
    private final List<ExpectedNode> expected;
    private final List<Finding> findings = new ArrayList<>();

    private final long backupsEnd;

    private NodeJudge(ServerView servers, List<ExpectedNode> expected, long backupsEnd) {
        this.servers = servers;
        this.expected = expected;
        this.backupsEnd = backupsEnd;
    }

    /**
     * Looks.
     *
     * @param servers as they are
     * @param expected what the workers report as registered
     * @param live the workers' current server sessions
     * @param backupsEnd what was made before this zxid may have been brought back by a backup, though it had been
     *     released since: no client learns that
     */
    static List<Finding> judge(ServerView servers, List<ExpectedNode> expected, Set<Long> live, long backupsEnd) {
        var judge = new NodeJudge(servers, expected, backupsEnd);
        judge.checkNodes();
        judge.checkSharedPaths();
        judge.checkOwners(live);
        judge.checkNothingElse();
        return judge.findings;
    }

    private void checkNodes() {
        Map<String, String> seen = new HashMap<>();
        for (ExpectedNode node : expected) {
            if (node.status() == Status.HELD) {
                checkHeld(node);
                String other = seen.putIfAbsent(node.path(), node.session());
                if (other != null) {
                    found(node, "is held by " + other + " too");
                }
            } else if (!node.mayWait()) {
                found(node, "is " + node.status() + ": " + node.problem());
            }
        }
    }

    private void checkHeld(ExpectedNode node) {
        ServerView.Node there = servers.nodes().get(node.path());
        if (there == null) {
            found(node, "is not there");
        } else if (there.owner() != node.sessionId()) {
            found(node, "is owned by session 0x" + Long.toHexString(there.owner()));
        } else if (!there.text().equals(node.text())) {
            found(node, "has the data '" + there.text() + "' in place of '" + node.text() + "'");
        }
    }

    private void checkSharedPaths() {
        Map<String, List<ExpectedNode>> wanted = expected.stream()
                .filter(ExpectedNode::insists)
                .filter(ExpectedNode::mayWait)
                .collect(Collectors.groupingBy(ExpectedNode::path));
        wanted.forEach((path, all) -> {
            ServerView.Node there = servers.nodes().get(path);
            boolean standsInTheWay =
                    there != null && there.owner() == 0 && all.stream().noneMatch(ExpectedNode::replaces);
            boolean held = expected.stream().anyMatch(node -> node.path().equals(path) && node.status() == Status.HELD);
            if (!held && !standsInTheWay && !isOfBackup(there)) {
                found(all.get(0), "is nobody's, though it is wanted; there is " + there);
            }
        });
    }

    private void checkOwners(Set<Long> live) {
        servers.nodes().forEach((path, node) -> {
            if (node.owner() != 0 && !live.contains(node.owner())) {
                findings.add(new Finding(
                        NAME,
                        "ghost: " + path + " is owned by session 0x" + Long.toHexString(node.owner())
                                + ", which is nobody's"
                                + (servers.sessions().contains(node.owner()) ? "" : " and has ended")));
            }
        });
    }

    /** What exists below the registered nodes' parents has been registered. */
    private void checkNothingElse() {
        Set<String> held = new HashSet<>();
        for (ExpectedNode node : expected) {
            held.add(node.path());
        }
        servers.nodes().forEach((path, node) -> {
            boolean registered = path.startsWith(Places.NODES + "/") || path.startsWith(Places.SHARED + "/");
            if (node.owner() != 0 && registered && !held.contains(path) && !isOfBackup(node)) {
                findings.add(new Finding(
                        NAME,
                        path + ", owned by session 0x" + Long.toHexString(node.owner())
                                + ", is registered by nobody: there twice, or not released"));
            }
        });
    }

    private boolean isOfBackup(ServerView.@Nullable Node node) {
        return node != null && node.czxid() < backupsEnd;
    }

    private void found(ExpectedNode node, String what) {
        findings.add(new Finding(
                NAME,
                node.path() + " of " + node.session() + " (session 0x" + Long.toHexString(node.sessionId()) + ", "
                        + node.status() + ", " + node.policy() + ") " + what));
    }
}
