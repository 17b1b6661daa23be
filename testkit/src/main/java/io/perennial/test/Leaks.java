package io.perennial.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Connections that a test has left. */
final class Leaks {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private Leaks() {}

    /** Gives this JVM's connections to these ports some time to end. */
    static void awaitNoConnectionsTo(List<Integer> ports) {
        if (!Sockets.areVisible()) {
            return;
        }
        await("end of the connections")
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(connectionsTo(ports))
                        .as("connections left by the test, by port")
                        .isEmpty());
    }

    private static Map<Integer, Integer> connectionsTo(List<Integer> ports) {
        Map<Integer, Integer> open = new TreeMap<>();
        for (int port : ports) {
            int count = Sockets.connectedTo(port);
            if (count > 0) {
                open.put(port, count);
            }
        }
        return open;
    }
}
