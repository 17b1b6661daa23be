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
 * Checks whether all servers have the same nodes. Sometimes they do not: a server that becomes leader with requests in
 * its log that no other server has takes a snapshot that contains them. If it dies or loses its quorum before they are
 * agreed upon, a later leader makes it truncate its log, but ZooKeeper 3.9.5 reads that snapshot all the same: the
 * server then has nodes that the others do not have. What a client sees depends on the server that it asks, and no
 * longer says anything about the client.
 */
final class Agreement {
    /**
     * A difference that this many looks see is neither a delay nor the work of a client: the servers are synced before
     * each, however long one takes.
     */
    private static final int LOOKS = 10;

    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int SHOWN = 3;

    private Agreement() {}

    /**
     * Compares. One look suffices when they agree and no client works; otherwise it takes one or two more.
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
