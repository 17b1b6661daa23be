package io.perennial.test.docs;

import io.perennial.ResilientSession;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The application of {@code docs/testing.md}. */
// [application]
final class Service implements AutoCloseable {
    final ResilientSession session;
    volatile String config = "none";

    Service(String connectString) {
        session = ResilientSession.builder()
                .name("service")
                .connectString(connectString)
                .sessionTimeout(Duration.ofSeconds(4)) // short, so that tests do not wait for long
                .build();
        session.ephemerals().register("/instance", "up".getBytes(StandardCharsets.UTF_8));
        session.watches().node("/config", change -> config = text(change.data()));
        session.start();
    }
    // [end]

    private static String text(byte[] data) {
        return data == null ? "none" : new String(data, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        session.close();
    }
}
