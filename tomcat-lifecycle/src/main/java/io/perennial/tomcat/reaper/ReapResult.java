package io.perennial.tomcat.reaper;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What was found, and what was done with it.
 *
 * @param closed for each session, whether it was closed at the server
 * @param left the threads that are still alive
 */
record ReapResult(
        boolean ended,
        List<OrphanedSession> sessions,
        List<Boolean> closed,
        int curatorThreads,
        List<Thread> left,
        Duration took) {
    static final ReapResult NOTHING = new ReapResult(true, List.of(), List.of(), 0, List.of(), Duration.ZERO);

    static ReapResult reported(ClientScan scan) {
        return new ReapResult(
                false,
                scan.clients().stream().map(OrphanedClient::session).toList(),
                List.of(),
                scan.curatorThreads().size(),
                scan.threads(),
                Duration.ZERO);
    }

    /** One line for the log. */
    String line(String application) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < sessions.size(); i++) {
            parts.add(
                    ended
                            ? sessions.get(i) + " (" + outcome(i) + ")"
                            : sessions.get(i).toString());
        }
        if (curatorThreads > 0) {
            parts.add("threads of Curator: " + curatorThreads);
        }
        return "Web application [" + application + "] has ended and left ZooKeeper clients running. "
                + (ended ? "Ended in " + took.toMillis() + " ms: " : "Only reported, not ended: ")
                + String.join("; ", parts)
                + (ended && !left.isEmpty() ? ". Still alive: " + names() : "")
                + ". The application should close them itself (CuratorFramework.close(), ZooKeeper.close()): in"
                + " ServletContextListener.contextDestroyed, and wherever its start can fail.";
    }

    /** What became of a session. */
    String outcome(int i) {
        OrphanedSession session = sessions.get(i);
        if (!session.exists()) {
            return "nothing to close at the server";
        }
        return closed.get(i)
                ? "closed at the server"
                : "server not reached: its ephemeral nodes go when it expires, " + session.timeoutMillis()
                        + " ms after the server last heard from it";
    }

    private String names() {
        return left.stream().map(Thread::getName).collect(Collectors.joining(", "));
    }
}
