package io.perennial.soak.check;

import io.perennial.test.IndependentClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether all servers have the same nodes. They do not always: a server that became leader with requests in its log
 * that nobody else has, and died or lost its quorum before they were agreed upon, keeps them in the snapshot that it
 * took then. A later leader has it cut its log back, but ZooKeeper 3.9.5 reads that snapshot all the same, and from
 * then on the server has nodes that the others have not. What a client sees depends on whom it asks, and no longer says
 * anything of the client.
 */
final class Agreement {
    /**
     * A difference that so many looks see, though the servers are synced before each and however long one takes, is no
     * delay, and nobody's work.
     */
    private static final int LOOKS = 10;

    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int SHOWN = 3;

    private Agreement() {}

    /**
     * Compares. Takes one look when they agree and nobody is at work, and one or two more when somebody is.
     *
     * @param servers the address of each
     * @return what differs, for people; empty when they agree
     */
    static Optional<String> difference(List<String> servers) throws InterruptedException {
        List<IndependentClient> clients = new ArrayList<>();
        try {
            servers.forEach(address -> clients.add(new IndependentClient(address)));
            Map<String, List<String>> lasting = differences(look(clients));
            for (int looks = 1; !lasting.isEmpty() && looks < LOOKS; looks++) {
                Thread.sleep(PAUSE.toMillis());
                lasting.entrySet().retainAll(differences(look(clients)).entrySet());
            }
            return lasting.isEmpty() ? Optional.empty() : Optional.of(describe(lasting));
        } finally {
            clients.forEach(IndependentClient::close);
        }
    }

    private static List<ServerView> look(List<IndependentClient> clients) throws InterruptedException {
        List<ServerView> views = new ArrayList<>();
        for (IndependentClient client : clients) {
            client.sync();
            views.add(ServerView.read(client, Set.of()));
        }
        return views;
    }

    /** What each server has at the paths where they differ. */
    private static Map<String, List<String>> differences(List<ServerView> views) {
        Set<String> paths = new TreeSet<>();
        views.forEach(view -> paths.addAll(view.nodes().keySet()));
        Map<String, List<String>> differing = new HashMap<>();
        for (String path : paths) {
            List<String> nodes =
                    views.stream().map(view -> show(view.nodes().get(path))).toList();
            if (nodes.stream().distinct().count() > 1) {
                differing.put(path, nodes);
            }
        }
        return differing;
    }

    private static String show(ServerView.@Nullable Node node) {
        return node == null ? "nothing" : node.toString();
    }

    private static String describe(Map<String, List<String>> lasting) {
        return lasting.size() + " nodes differ, among them "
                + new TreeMap<>(lasting)
                        .entrySet().stream()
                                .limit(SHOWN)
                                .map(entry -> entry.getKey() + " (" + String.join(" / ", entry.getValue()) + ")")
                                .collect(Collectors.joining(", "));
    }
}
