package io.perennial.soak.work;

import io.perennial.ResilientSession;
import io.perennial.soak.history.HistoryWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/** What all the work of one session shares: the session, its name and paths, the history and the figures. */
final class Site {
    private final ResilientSession session;
    private final boolean namespaced;
    private final HistoryWriter history;
    private final Churn churn;
    private final Figures figures;
    private final AtomicLong counter = new AtomicLong();

    Site(ResilientSession session, boolean namespaced, HistoryWriter history, Churn churn, Figures figures) {
        this.session = session;
        this.namespaced = namespaced;
        this.history = history;
        this.churn = churn;
        this.figures = figures;
    }

    String name() {
        return session.name();
    }

    ResilientSession session() {
        return session;
    }

    HistoryWriter history() {
        return history;
    }

    Churn churn() {
        return churn;
    }

    Figures figures() {
        return figures;
    }

    /** As this session names a path of the servers. */
    String at(String serverPath) {
        return namespaced ? serverPath.substring(Places.ROOT.length()) : serverPath;
    }

    /** As the servers name a path of this session. */
    String onServer(String path) {
        return namespaced ? Places.ROOT + path : path;
    }

    /** Unique in the run. */
    String id() {
        return name() + "." + counter.incrementAndGet();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
