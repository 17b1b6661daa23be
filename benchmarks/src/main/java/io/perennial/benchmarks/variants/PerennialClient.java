package io.perennial.benchmarks.variants;

import io.perennial.ResilientSession;
import io.perennial.SessionInfo;
import io.perennial.SessionState;
import io.perennial.operation.Effect;
import io.perennial.operation.Write;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/** This library, with its defaults. */
final class PerennialClient implements Client {
    private static final byte[] DATA = new byte[32];

    private final ResilientSession session;

    PerennialClient(String connectString, Consumer<Boolean> connection) {
        session = ResilientSession.builder()
                .name("benchmark")
                .connectString(connectString)
                .sessionTimeout(SESSION_TIMEOUT)
                .listener(transition -> {
                    if (transition.to() == SessionState.CONNECTED) {
                        connection.accept(true);
                    } else if (transition.to() == SessionState.SUSPENDED) {
                        connection.accept(false);
                    }
                })
                .build();
    }

    @Override
    public void connect() throws Exception {
        if (!session.start().awaitConnected(PATIENCE)) {
            throw new KeeperException.ConnectionLossException();
        }
    }

    @Override
    public void register(List<String> paths) {
        paths.forEach(path -> session.ephemerals().register(path, DATA));
    }

    @Override
    public void watch(List<String> paths, Heard heard) {
        for (String path : paths) {
            session.watches().node(path, change -> hear(path, change.stat(), heard));
        }
    }

    @Override
    public void watchTree(String root, Heard heard) {
        session.watches().tree(root, change -> hear(change.path(), change.stat(), heard));
    }

    private static void hear(String path, @Nullable Stat stat, Heard heard) {
        if (stat != null) {
            heard.of(path, stat.getVersion());
        }
    }

    @Override
    public void read(String path) {
        session.operations().run(Effect.READ, curator -> curator.checkExists().forPath(path));
    }

    @Override
    public CompletableFuture<?> write(String path) {
        return session.operations().transactionAsync(Write.setData(path, DATA, Write.ANY_VERSION));
    }

    @Override
    public long sessionId() {
        return session.info().map(SessionInfo::sessionId).orElseThrow();
    }

    @Override
    public void close() {
        session.close();
    }
}
