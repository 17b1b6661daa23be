package io.perennial.internal.watch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the server refuses at the moment, for the report. Written on the loop, read anywhere. */
final class WatchProblems {
    private static final int SHOWN = 20;

    private final Map<WatchEntry, String> problems = new LinkedHashMap<>();
    private volatile List<String> shown = List.of();

    void put(WatchEntry entry, String problem) {
        problems.put(entry, problem);
        publish();
    }

    void remove(WatchEntry entry) {
        if (problems.remove(entry) != null) {
            publish();
        }
    }

    void clear() {
        problems.clear();
        publish();
    }

    List<String> shown() {
        return shown;
    }

    private void publish() {
        shown = problems.values().stream().limit(SHOWN).toList();
    }
}
