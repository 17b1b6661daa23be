package io.perennial.samples.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.perennial.ResilientSession;
import java.time.Duration;

/**
 * An application as the library wants it: it says once which nodes and watches it needs, and has no code for lost
 * connections or expired sessions. The part to copy.
 */
final class Application implements AutoCloseable {
    static final String SESSION = "quickstart";

    private final ResilientSession session;

    Application(String connectString, Duration sessionTimeout, String namespace) {
        session = ResilientSession.builder()
                .name(SESSION)
                .connectString(connectString)
                .sessionTimeout(sessionTimeout)
                .namespace(namespace)
                .build();
    }

    /** Registers everything, and starts. Nothing here waits for a server. */
    void start(Layout layout, ReportedChanges reported) {
        byte[] data = "ready".getBytes(UTF_8);
        for (String path : layout.workers()) {
            session.ephemerals().register(path, data);
        }
        for (String path : layout.settings()) {
            session.watches().node(path, reported::node);
        }
        if (layout.watchesJobs()) {
            session.watches().children(Layout.JOBS, reported::children);
        }
        if (layout.watchesTree()) {
            session.watches().tree(Layout.TREE, reported::tree);
        }
        session.start();
    }

    ResilientSession session() {
        return session;
    }

    /** Ends the session; its nodes go with it. */
    @Override
    public void close() {
        session.close();
    }
}
