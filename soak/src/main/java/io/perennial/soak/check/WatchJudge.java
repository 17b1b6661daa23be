package io.perennial.soak.check;

import io.perennial.soak.work.ExpectedWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** In a quiet moment the last state that each watch reported is the servers', and the watch is armed. */
final class WatchJudge {
    private static final String NAME = "watches";

    private WatchJudge() {}

    static List<Finding> judge(ServerView servers, List<ExpectedWatch> expected) {
        List<Finding> findings = new ArrayList<>();
        for (ExpectedWatch watch : expected) {
            String there = state(servers, watch);
            if (!there.equals(watch.told())) {
                found(findings, watch, "has told '" + watch.told() + "' last; there is '" + there + "'");
            } else if (!watch.armed()) {
                found(findings, watch, "is not armed");
            }
        }
        return findings;
    }

    private static String state(ServerView servers, ExpectedWatch watch) {
        return switch (watch.kind()) {
            case NODE -> {
                ServerView.Node node = servers.nodes().get(watch.path());
                yield node == null ? ExpectedWatch.ABSENT : Long.toString(node.mzxid());
            }
            case CHILDREN -> String.join(",", servers.childrenOf(watch.path()));
            case TREE ->
                servers.nodes().entrySet().stream()
                        .filter(node -> isBelow(node, watch.path()))
                        .map(node -> node.getKey() + "=" + node.getValue().mzxid())
                        .collect(Collectors.joining(","));
        };
    }

    private static boolean isBelow(Map.Entry<String, ServerView.Node> node, String root) {
        return node.getKey().equals(root) || node.getKey().startsWith(root + "/");
    }

    private static void found(List<Finding> findings, ExpectedWatch watch, String what) {
        findings.add(new Finding(
                NAME,
                watch.session() + "'s watch " + watch.id() + " (" + watch.kind() + " " + watch.path() + ") " + what));
    }
}
