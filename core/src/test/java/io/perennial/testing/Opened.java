package io.perennial.testing;

import io.perennial.ResilientSession;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** What a test has opened; closed after it, the last one first. */
public final class Opened implements AutoCloseable {
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    public <T extends AutoCloseable> T add(T resource) {
        opened.push(resource);
        return resource;
    }

    /** A started session, not waited for. */
    public ResilientSession session(ResilientSession.Builder builder) {
        return add(builder.build()).start();
    }

    /** A session that is connected. */
    public ResilientSession connected(ResilientSession.Builder builder) throws InterruptedException {
        ResilientSession session = session(builder);
        if (!session.awaitConnected(Duration.ofSeconds(30))) {
            throw new AssertionError("not connected: " + session.report());
        }
        return session;
    }

    @Override
    public void close() throws Exception {
        Exception failure = null;
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
