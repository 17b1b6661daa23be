package io.perennial.internal.watch;

import static io.perennial.testing.Data.bytes;
import static io.perennial.testing.Sessions.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.RestorePolicy;
import io.perennial.internal.engine.Callbacks;
import io.perennial.internal.engine.EventLoop;
import io.perennial.internal.engine.SessionThreads;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.engine.Ticker;
import io.perennial.internal.handle.HandleWire;
import io.perennial.internal.protocol.Quarantine;
import io.perennial.internal.request.Requests;
import io.perennial.internal.restore.AttachedSession;
import io.perennial.internal.restore.Attachment;
import io.perennial.internal.restore.PathSpace;
import io.perennial.internal.restore.RestoreContext;
import io.perennial.internal.telemetry.FlightJournal;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.IndependentClient;
import io.perennial.testing.SessionRig;
import io.perennial.watch.NodeChange;
import io.perennial.watch.TreeChange;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.imps.DefaultACLProvider;
import org.apache.zookeeper.AsyncCallback.Children2Callback;
import org.apache.zookeeper.AsyncCallback.DataCallback;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A server that has fallen behind by the time of the first reads, which no real one does on demand. */
@Tag("S-30")
class StaleReadsIT {
    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final EmbeddedServer server = rig.server();
    private final IndependentClient client = rig.observer();

    private final SessionThreads threads =
            new SessionThreads("stale", getClass().getClassLoader());
    private final ThrottledLog log = new ThrottledLog("stale", Ticker.system());
    private final EventLoop loop = new EventLoop("stale", threads.role("engine"), Ticker.system(), log);
    private final RestoreContext context = new RestoreContext(
            "stale",
            loop,
            new Callbacks(
                    Runnable::run,
                    Runnable::run,
                    log,
                    Ticker.system(),
                    Duration.ofMinutes(1),
                    new FlightJournal("unit")),
            Runnable::run,
            new PathSpace("", ""),
            RestorePolicy.defaults(),
            new DefaultACLProvider(),
            log,
            Duration.ofSeconds(5),
            1 << 20);
    private final SessionWatches watches = new SessionWatches(context);
    private final Recorder<NodeChange> node = new Recorder<>();
    private final Recorder<TreeChange> tree = new Recorder<>();

    @AfterEach
    void stop() throws InterruptedException {
        loop.stop();
        loop.awaitEnd(Duration.ofSeconds(5));
    }

    @Test
    void isReadAgain_andNotTold() throws Exception {
        client.create("/a", bytes("old"));
        loop.start();
        try (LaggingClient zooKeeper = new LaggingClient(server.connectString())) {
            watches.node("/a", node);
            watches.tree("/a", tree);
            attach(zooKeeper, 1, new AtomicBoolean());
            eventually(() -> {
                assertThat(node.count()).isEqualTo(1);
                assertThat(tree.count()).isEqualTo(1);
            });
            client.setData("/a", bytes("new"));
            eventually(() -> {
                assertThat(node.count()).isEqualTo(2);
                assertThat(tree.count()).isEqualTo(2);
            });
        }

        AtomicBoolean restored = new AtomicBoolean();
        try (LaggingClient zooKeeper = new LaggingClient(server.connectString())) {
            zooKeeper.stale.set(3);
            zooKeeper.oldStat = node.heard().get(0).stat();
            attach(zooKeeper, 2, restored);
            eventually(() -> assertThat(restored).isTrue());
            assertThat(zooKeeper.stale).hasNonPositiveValue();
            assertThat(watches.standing()).isEqualTo(2);
            assertThat(node.count()).isEqualTo(2);
            assertThat(tree.count()).isEqualTo(2);
        }
    }

    private void attach(ZooKeeper zooKeeper, long generation, AtomicBoolean restored) {
        loop.execute(() -> {
            watches.detached();
            var requests =
                    new Requests(new HandleWire(zooKeeper), loop, RestorePolicy.defaults(), new Quarantine(0xfffff));
            var live = new AttachedSession(generation, zooKeeper.getSessionId(), Set.of(), requests);
            watches.attached(live, Attachment.NEW_SESSION, () -> restored.set(true));
        });
    }

    /** Answers the first reads with what the node was before. */
    private static final class LaggingClient extends ZooKeeper {
        private final AtomicInteger stale = new AtomicInteger();
        private volatile Stat oldStat = new Stat();

        LaggingClient(String connectString) throws IOException {
            super(connectString, 10_000, event -> {});
        }

        @Override
        public void getData(String path, Watcher watcher, DataCallback callback, Object context) {
            DataCallback lagging = (rc, p, c, data, stat) ->
                    callback.processResult(rc, p, c, data, stale.getAndDecrement() > 0 ? oldStat : stat);
            super.getData(path, watcher, lagging, context);
        }

        @Override
        public void getChildren(String path, Watcher watcher, Children2Callback callback, Object context) {
            Children2Callback lagging = (rc, p, c, names, stat) ->
                    callback.processResult(rc, p, c, names, stale.getAndDecrement() > 0 ? oldStat : stat);
            super.getChildren(path, watcher, lagging, context);
        }
    }
}
