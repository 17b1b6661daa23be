package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.operation.Effect;
import io.perennial.operation.OperationFailedException;
import io.perennial.operation.WriteOutcome;
import io.perennial.test.FaultProxy;
import io.perennial.test.NoLeaks;
import io.perennial.test.ServerProcess;
import io.perennial.test.ZooKeeperServers;
import io.perennial.testing.OldServers;
import io.perennial.watch.TreeChange;
import io.perennial.watch.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.NodeExistsException;
import org.apache.zookeeper.KeeperException.UnimplementedException;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.data.Stat;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that do not know everything: they answer what they do not know with UNIMPLEMENTED, and hang up. */
@ExtendWith(NoLeaks.class)
@Tag("C3")
@Tag("S-58")
class OldServersIT {
    private static final int MANY = 200;

    @ParameterizedTest
    @ValueSource(strings = {"3.4.14", "3.5.10"})
    void serveNodesWatchesAndTrees_atTheCostOfTwoConnectionsAtMost(String release) throws Exception {
        try (ServerProcess server = OldServers.of(release).start();
                FaultProxy proxy = new FaultProxy(server.port());
                ResilientSession session = sessionAt(proxy)) {
            List<EphemeralNode> nodes = new ArrayList<>();
            List<Watch> watches = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                nodes.add(session.ephemerals().register("/parent/nodes/n" + i, new byte[0]));
                watches.add(session.watches().node("/parent/nodes/n" + i, change -> {}));
            }
            nodes.add(session.ephemerals()
                    .register(EphemeralSpec.at("/parent/numbered/n-").sequential(true)));
            Map<String, TreeChange> tree = new ConcurrentHashMap<>();
            watches.add(session.watches().tree("/parent", change -> told(tree, change)));
            session.start();
            assertInPlace(session, nodes, watches);
            assertThat(proxy.connectionsAccepted()).isLessThanOrEqualTo(3);
            assertThat(session.report().problems()).isEmpty();
            eventually(() -> assertThat(tree).hasSize(MANY + 4));

            watches.remove(0).close();
            proxy.loseAcknowledgement(opCode -> opCode == OpCode.multi);
            EphemeralNode inDoubt = session.ephemerals()
                    .register(EphemeralSpec.at("/parent/numbered/n-").sequential(true));
            nodes.add(inDoubt);
            assertInPlace(session, nodes, watches);
            assertThat(session.curator().getChildren().forPath("/parent/numbered"))
                    .hasSize(2);
            eventually(() -> assertThat(tree).containsKey(inDoubt.path()).hasSize(MANY + 5));

            resume(session, server, proxy);
            assertInPlace(session, nodes, watches);
            assertThat(session.curator().getChildren().forPath("/parent/numbered"))
                    .hasSize(2);
            nodes.get(1).update(new byte[] {1}).get(30, TimeUnit.SECONDS);
            eventually(() -> assertThat(tree.get("/parent/nodes/n1").kind()).isEqualTo(TreeChange.Kind.CHANGED));
            int faults = 2;
            assertThat(proxy.connectionsAccepted()).isLessThanOrEqualTo(1 + faults + 2);
        }
    }

    /** Each is told in its order. */
    private static void told(Map<String, TreeChange> tree, TreeChange change) {
        if (change.kind() == TreeChange.Kind.DELETED) {
            tree.remove(change.path());
        } else {
            tree.put(change.path(), change);
        }
    }

    @Test
    void take34AllThatCuratorCreates_butContainers_withoutLosingAConnection() throws Exception {
        try (ServerProcess server = OldServers.of("3.4.14").start();
                FaultProxy proxy = new FaultProxy(server.port());
                ResilientSession session = sessionAt(proxy).start()) {
            assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
            CuratorFramework curator = session.curator();
            Stat stat = new Stat();

            assertThat(curator.create()
                            .creatingParentsIfNeeded()
                            .storingStatIn(stat)
                            .forPath("/a/b", new byte[3]))
                    .isEqualTo("/a/b");
            assertThat(stat).isEqualTo(curator.checkExists().forPath("/a/b"));
            assertThat(stat.getDataLength()).isEqualTo(3);
            assertThat(curator.create()
                            .creatingParentContainersIfNeeded()
                            .withProtection()
                            .withMode(CreateMode.EPHEMERAL_SEQUENTIAL)
                            .forPath("/locks/lock-"))
                    .endsWith("-lock-0000000000");
            var background = new CompletableFuture<CuratorEvent>();
            curator.create()
                    .inBackground((c, event) -> background.complete(event))
                    .forPath("/a/c", new byte[0]);
            assertThat(background).succeedsWithin(30, TimeUnit.SECONDS).satisfies(event -> {
                assertThat(event.getResultCode()).isZero();
                assertThat(event.getStat()).isEqualTo(curator.checkExists().forPath("/a/c"));
            });
            assertThatThrownBy(() -> curator.create().forPath("/a/b")).isInstanceOf(NodeExistsException.class);
            WriteOutcome outcome = session.operations().create("/a/d", new byte[0], CreateMode.PERSISTENT);
            assertThat(outcome.results().get(0).stat())
                    .isEqualTo(curator.checkExists().forPath("/a/d"));

            assertThatThrownBy(() ->
                            curator.create().withMode(CreateMode.CONTAINER).forPath("/container"))
                    .isInstanceOf(UnimplementedException.class)
                    .hasMessage("a container came with ZooKeeper 3.5.3, and the server is older than ZooKeeper 3.5:"
                            + " upgrade the servers");
            assertThatThrownBy(() -> session.operations().call(Effect.IDEMPOTENT, c -> c.create()
                            .withTtl(1_000)
                            .withMode(CreateMode.PERSISTENT_WITH_TTL)
                            .forPath("/ttl")))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessageContaining("a node with a time to live came with ZooKeeper 3.5.3");
            assertThatThrownBy(() -> curator.transaction()
                            .forOperations(curator.transactionOp()
                                    .create()
                                    .withMode(CreateMode.CONTAINER)
                                    .forPath("/container")))
                    .isInstanceOf(UnimplementedException.class);
            assertThatThrownBy(() -> curator.watchers()
                            .add()
                            .usingWatcher((Watcher) event -> {})
                            .forPath("/a"))
                    .isInstanceOf(UnimplementedException.class);
            var lock = new InterProcessMutex(curator, "/locks/mutex");
            lock.acquire();
            lock.release();

            assertThat(proxy.connectionsAccepted()).isEqualTo(1);
        }
    }

    /** Curator's cache arms its watch again at once, and without end, when it is refused. */
    @ParameterizedTest
    @ValueSource(strings = {"3.4.14", "3.5.10"})
    void letACuratorCacheStart_andRefuseItsWatchOnceASecond(String release) throws Exception {
        try (ServerProcess server = OldServers.of(release).start();
                FaultProxy proxy = new FaultProxy(server.port());
                ResilientSession session = sessionAt(proxy).start();
                CuratorCache cache = CuratorCache.build(session.curator(), "/cached")) {
            assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
            session.curator().create().forPath("/a");
            CompletableFuture<Void> started = CompletableFuture.runAsync(cache::start);

            assertThat(started).succeedsWithin(30, TimeUnit.SECONDS);

            Watch watch = session.watches().tree("/a", change -> {});
            eventually(() -> assertThat(watch.isArmed()).isTrue());
            assertThat(proxy.connectionsAccepted()).isLessThanOrEqualTo(3);
        }
    }

    @Test
    void ofThisRelease_mayRefuseATimeToLive_withoutBeingTakenForOld() throws Exception {
        try (ServerProcess server = ZooKeeperServers.process().start();
                FaultProxy proxy = new FaultProxy(server.port());
                ResilientSession session = sessionAt(proxy).start()) {
            CuratorFramework curator = session.curator();

            assertThatThrownBy(() -> curator.create()
                            .withTtl(1_000)
                            .withMode(CreateMode.PERSISTENT_WITH_TTL)
                            .forPath("/ttl"))
                    .isInstanceOf(UnimplementedException.class)
                    .hasMessageContaining("extendedTypesEnabled");
            assertThatThrownBy(() -> curator.transaction()
                            .forOperations(curator.transactionOp()
                                    .create()
                                    .withTtl(1_000)
                                    .withMode(CreateMode.PERSISTENT_WITH_TTL)
                                    .forPath("/ttl")))
                    .isInstanceOf(UnimplementedException.class);

            curator.create().withMode(CreateMode.CONTAINER).forPath("/container");
            assertServesAsThisRelease(session, proxy);
        }
    }

    /** Nobody makes the node of its configuration on a server that runs alone. */
    @Test
    void ofThisRelease_whoseDataAreFrom34_areTakenForWhatTheyAre() throws Exception {
        try (ServerProcess old = OldServers.of("3.4.14")
                        .jvmOption("-Dzookeeper.snapCount=4")
                        .start();
                ServerProcess server = ZooKeeperServers.process().build()) {
            try (ResilientSession session = sessionAt(old.connectString()).start()) {
                session.curator().create().forPath("/kept");
                eventually(() -> {
                    session.curator().setData().forPath("/kept");
                    assertThat(old.data().resolve("version-2")).isDirectoryContaining("glob:**snapshot.*");
                });
            }
            old.stop();
            copy(old.data(), server.data());
            server.start();
            try (FaultProxy proxy = new FaultProxy(server.port());
                    ResilientSession session = sessionAt(proxy).start()) {
                assertThat(session.curator().checkExists().forPath("/kept")).isNotNull();
                assertThat(session.curator().checkExists().forPath("/zookeeper/config"))
                        .isNull();

                session.curator().create().withMode(CreateMode.CONTAINER).forPath("/container");
                assertServesAsThisRelease(session, proxy);
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(from.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    private static void assertServesAsThisRelease(ResilientSession session, FaultProxy proxy) throws Exception {
        session.curator().watchers().add().usingWatcher((Watcher) event -> {}).forPath("/a");
        Watch watch = session.watches().tree("/a", change -> {});
        eventually(() -> assertThat(watch.isArmed()).isTrue());
        assertThat(session.report().serverRelease()).isEqualTo("of ZooKeeper 3.6 or later");
        assertThat(session.report().problems()).isEmpty();
        assertThat(proxy.connectionsAccepted()).isEqualTo(1);
    }

    /** The session is taken over by another handle, which verifies the nodes. */
    private static void resume(ResilientSession session, ServerProcess server, FaultProxy proxy) {
        long id = session.info().orElseThrow().sessionId();
        proxy.refuse();
        server.kill();
        eventually(() -> assertThat(session.state()).isEqualTo(SessionState.LOST));
        server.start();
        proxy.accept();
        eventually(() -> assertThat(session.state()).isEqualTo(SessionState.CONNECTED));
        assertThat(session.info().orElseThrow().sessionId()).isEqualTo(id);
    }

    private static ResilientSession sessionAt(FaultProxy proxy) {
        return sessionAt(proxy.connectString());
    }

    private static ResilientSession sessionAt(String servers) {
        return ResilientSession.builder()
                .name("tested")
                .connectString(servers)
                .sessionTimeout(Duration.ofSeconds(6))
                .build();
    }

    private static void assertInPlace(ResilientSession session, List<EphemeralNode> nodes, List<Watch> watches) {
        eventually(() -> assertThat(nodes).allSatisfy(node -> assertThat(node.status())
                .as("%s: %s", node, node.problem())
                .isEqualTo(Status.HELD)));
        eventually(() -> assertThat(watches).allMatch(Watch::isArmed));
        eventually(() -> assertThat(session.state()).isEqualTo(SessionState.CONNECTED));
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(assertion);
    }
}
