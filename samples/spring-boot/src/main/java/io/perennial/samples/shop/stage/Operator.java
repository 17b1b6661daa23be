package io.perennial.samples.shop.stage;

import io.perennial.ResilientSession;
import io.perennial.operation.Effect;
import io.perennial.samples.server.Server;
import io.perennial.samples.shop.Settings;
import java.time.Duration;
import java.util.List;
import org.apache.zookeeper.KeeperException;
import tools.jackson.databind.json.JsonMapper;

/**
 * An operator with a separate client, whose network is never cut: writes the configuration, and looks at the server.
 */
final class Operator implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final JsonMapper json = new JsonMapper();
    private final ResilientSession session;

    Operator(Server server) {
        session = ResilientSession.builder()
                .name("operator")
                .connectString("127.0.0.1:" + server.port())
                .sessionTimeout(Duration.ofSeconds(30))
                .build()
                .start();
    }

    void change(Settings settings) {
        byte[] data = json.writeValueAsBytes(settings);
        session.operations().within(PATIENCE).call(Effect.IDEMPOTENT, curator -> curator.create()
                .orSetData()
                .creatingParentsIfNeeded()
                .forPath(Settings.PATH, data));
    }

    /** Names below a path; none when there is no such node. */
    List<String> children(String path) {
        return session.operations().within(PATIENCE).call(Effect.READ, curator -> {
            try {
                return curator.getChildren().forPath(path);
            } catch (KeeperException.NoNodeException e) {
                return List.of();
            }
        });
    }

    @Override
    public void close() {
        session.close();
    }
}
