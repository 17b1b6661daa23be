package io.perennial.testing;

import io.perennial.ResilientSession;
import io.perennial.test.Opened;
import java.time.Duration;

/** What a test has opened, sessions among it; closed after it, the last one first. */
public final class OpenedSessions extends Opened {
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
}
