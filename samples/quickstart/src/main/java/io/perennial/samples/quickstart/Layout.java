package io.perennial.samples.quickstart;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Which nodes the application registers and what it watches, as paths below its namespace. The first watch is on a
 * setting, the second on the list of jobs, the third on a tree, the others on further settings.
 */
record Layout(int nodes, int watches) {
    static final String WORKERS = "/workers";
    static final String SETTINGS = "/settings";
    static final String JOBS = "/jobs";
    static final String TREE = "/tree";

    /** The ephemeral nodes. */
    List<String> workers() {
        return numbered(WORKERS + "/w-", nodes);
    }

    /** Nodes watched one by one; at least one. */
    List<String> settings() {
        return numbered(SETTINGS + "/setting-", watches - (watchesJobs() ? 1 : 0) - (watchesTree() ? 1 : 0));
    }

    boolean watchesJobs() {
        return watches >= 2;
    }

    boolean watchesTree() {
        return watches >= 3;
    }

    private static List<String> numbered(String prefix, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(n -> "%s%05d".formatted(prefix, n))
                .toList();
    }
}
