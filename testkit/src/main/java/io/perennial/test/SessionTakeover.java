package io.perennial.test;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Random;

/** Ends a session at servers that run in another process: resumes it, as its owner might, and closes it. */
final class SessionTakeover {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int PASSWORD_BYTES = 16;

    /** Every server computes a session's password from its id and this number, so that any of them can check it. */
    private static final long SERVERS_SECRET = 0xB3415C00L;

    private SessionTakeover() {}

    static void close(ZooKeeperService service, long sessionId) {
        if (!service.isSessionAlive(sessionId)) {
            throw new IllegalArgumentException("no such session: 0x" + Long.toHexString(sessionId));
        }
        try (IndependentClient client = new IndependentClient(service.connectString())) {
            client.closeSessionOf(sessionId, passwordOf(sessionId));
        }
        await("end of session 0x" + Long.toHexString(sessionId))
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> !service.isSessionAlive(sessionId));
    }

    static byte[] passwordOf(long sessionId) {
        byte[] password = new byte[PASSWORD_BYTES];
        new Random(sessionId ^ SERVERS_SECRET).nextBytes(password);
        return password;
    }
}
