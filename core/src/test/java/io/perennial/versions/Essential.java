package io.perennial.versions;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.SessionState;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.operation.Effect;
import io.perennial.operation.OperationFailedException;
import io.perennial.operation.Operations;
import io.perennial.operation.Write;
import io.perennial.operation.WriteOutcome;
import io.perennial.operation.WriteOutcome.Kind;
import io.perennial.test.ServerProcess;
import io.perennial.watch.NodeChange;
import java.io.IOException;
import java.nio.file.Files;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;

/**
 * What applications use of a session, each in a scenario of a few seconds. It either plays to its end, or is refused by
 * the session or the server in a sentence, or fails.
 */
enum Essential {
    CONNECTION("session, lease", Essential::connection),
    NODES("nodes: held, updated, released", Essential::nodes),
    PARENTS("nodes whose parents are missing", Essential::parents),
    CONTAINERS("containers as parents", Essential::containers),
    SEQUENTIAL("sequential nodes, also when an acknowledgement is lost", Essential::sequential),
    NODE_WATCH("node watches", Essential::nodeWatch),
    CHILDREN_WATCH("children watches", Essential::childrenWatch),
    TREE_WATCH("tree watches", Essential::treeWatch),
    WRITES("structured writes, transactions", Essential::writes),
    WRITES_IN_DOUBT("their outcome when an acknowledgement is lost", Essential::writesInDoubt),
    CURATOR("`curator()`: `create`, with parents and with a `Stat`, and the like", Essential::curator),
    LOSS("connection loss: nodes untouched, watches kept", Essential::loss),
    EXPIRY("expiry: nodes and watches restored", Essential::expiry),
    CLOSE("close: the nodes are gone at once", Essential::close),
    /** The last one, because it restarts the server. */
    RESUMPTION("resumption after an outage longer than the session timeout", Essential::resumption);

    private static final byte[] OLD = {1};
    private static final byte[] NEW = {2};

    private final String description;
    private final Play play;

    @FunctionalInterface
    private interface Play {
        void on(Stage stage) throws Exception;
    }

    Essential(String description, Play play) {
        this.description = description;
        this.play = play;
    }

    /**
     * Plays all of them.
     *
     * @return for each the sentence by which it was refused, empty when it works
     * @throws AssertionError when one fails in any other way
     */
    static Map<Essential, Optional<String>> playAllAt(ServerProcess server) {
        Map<Essential, Optional<String>> refusals = new EnumMap<>(Essential.class);
        var failures = new AssertionError("some failed");
        for (Essential essential : values()) {
            try {
                refusals.put(essential, essential.playAt(server));
            } catch (AssertionError e) {
                failures.addSuppressed(e);
            }
        }
        if (failures.getSuppressed().length > 0) {
            throw failures;
        }
        return refusals;
    }

    private Optional<String> playAt(ServerProcess server) {
        try (Stage stage = new Stage(server, "/" + name().toLowerCase(Locale.ROOT))) {
            play.on(stage);
            return Optional.empty();
        } catch (Exception | AssertionError e) {
            return Optional.of(refusal(e)
                    .orElseThrow(() -> new AssertionError(this + ": " + e + "\nThe server's log: " + log(server), e)));
        }
    }

    private static Optional<String> refusal(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof OperationFailedException || each instanceof KeeperException.UnimplementedException) {
                // Which attempt it was differs each time.
                return Optional.of(String.valueOf(each.getMessage()).replaceAll(" \\(attempt [^)]*\\)", ""));
            }
        }
        return Optional.empty();
    }

    /** The end of it. */
    private static String log(ServerProcess server) {
        try {
            List<String> lines = Files.readAllLines(server.log());
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void connection(Stage stage) {
        stage.eventually(() -> assertThat(stage.session.lease().isHeld()).isTrue());
        assertThat(stage.server.sessionIds()).contains(stage.sessionId());
    }

    private static void nodes(Stage stage) throws Exception {
        stage.createRoot();
        EphemeralNode node = stage.held(stage.root + "/n");
        stage.assertOwn(node);
        stage.get(node.update(NEW));
        assertThat(stage.observer.data(node.path())).isEqualTo(NEW);
        stage.get(node.release());
        assertThat(stage.observer.exists(node.path())).isFalse();
    }

    private static void parents(Stage stage) throws Exception {
        stage.assertOwn(stage.held(stage.root + "/a/b/n"));
        assertThat(stage.observer.ownerOf(stage.root + "/a/b")).contains(0L);
    }

    private static void containers(Stage stage) throws Exception {
        stage.createRoot();
        EphemeralSpec spec = EphemeralSpec.at(stage.root + "/c/n").containerParents(true);
        EphemeralNode node = stage.held(stage.session.ephemerals().register(spec));
        stage.assertOwn(node);
        stage.get(node.release());
        // The server looks for empty ones every so often.
        stage.eventually(() -> assertThat(stage.observer.children(stage.root)).isEmpty());
    }

    private static void sequential(Stage stage) throws Exception {
        stage.createRoot();
        CompletableFuture<Void> lost = stage.proxy.loseAcknowledgement();
        EphemeralNode node = stage.held(stage.session
                .ephemerals()
                .register(EphemeralSpec.at(stage.root + "/n-").sequential(true)));
        stage.assertOwn(node);
        assertThat(lost).isCompleted();
        assertThat(stage.observer.children(stage.root)).hasSize(1);
    }

    private static void nodeWatch(Stage stage) throws Exception {
        List<NodeChange> heard = new CopyOnWriteArrayList<>();
        stage.armed(stage.session.watches().node(stage.root, heard::add));
        stage.eventually(() -> assertThat(heard).hasSize(1));
        assertThat(heard.get(0).stat()).isNull();
        stage.observer.create(stage.root, OLD);
        stage.eventually(() -> assertThat(heard.get(heard.size() - 1).data()).isEqualTo(OLD));
        stage.away(() -> stage.observer.setData(stage.root, NEW));
        stage.eventually(() -> assertThat(heard.get(heard.size() - 1).data()).isEqualTo(NEW));
        stage.observer.delete(stage.root);
        stage.eventually(() -> assertThat(heard.get(heard.size() - 1).stat()).isNull());
    }

    private static void childrenWatch(Stage stage) throws Exception {
        stage.createRoot("a");
        List<Set<String>> heard = new CopyOnWriteArrayList<>();
        stage.armed(stage.session.watches().children(stage.root, change -> heard.add(change.children())));
        stage.eventually(() -> assertThat(heard).containsExactly(Set.of("a")));
        stage.observer.create(stage.root + "/b", OLD);
        stage.eventually(() -> assertThat(heard).containsExactly(Set.of("a"), Set.of("a", "b")));
        stage.away(() -> stage.observer.delete(stage.root + "/a"));
        stage.eventually(() -> assertThat(heard.get(heard.size() - 1)).containsExactly("b"));
    }

    private static void treeWatch(Stage stage) throws Exception {
        stage.createRoot("a", "a/b");
        Set<String> tree = new ConcurrentSkipListSet<>();
        stage.armed(stage.session.watches().tree(stage.root, change -> {
            String path = change.path().substring(stage.root.length());
            if (change.stat() == null) {
                tree.remove(path);
            } else {
                tree.add(path);
            }
        }));
        stage.eventually(() -> assertThat(tree).containsExactlyInAnyOrder("", "/a", "/a/b"));
        stage.observer.create(stage.root + "/a/b/c", OLD);
        stage.observer.create(stage.root + "/a/b/c/d", OLD);
        stage.eventually(() -> assertThat(tree).contains("/a/b/c", "/a/b/c/d"));
        stage.away(() -> stage.observer.delete(stage.root + "/a/b/c/d"));
        stage.eventually(() -> assertThat(tree).containsExactlyInAnyOrder("", "/a", "/a/b", "/a/b/c"));
        stage.observer.delete(stage.root + "/a/b/c");
        stage.eventually(() -> assertThat(tree).containsExactlyInAnyOrder("", "/a", "/a/b"));
    }

    private static void writes(Stage stage) {
        Operations operations = stage.session.operations();
        WriteOutcome created =
                operations.create(stage.root, OLD, CreateMode.PERSISTENT).orThrow();
        assertThat(created.stat().getVersion()).isZero();
        assertThat(operations.setData(stage.root, NEW, 0).orThrow().stat().getVersion())
                .isEqualTo(1);
        WriteOutcome transaction = operations.transaction(
                Write.check(stage.root, 1),
                Write.create(stage.root + "/t", OLD, CreateMode.EPHEMERAL),
                Write.setData(stage.root, OLD, 1));
        assertThat(transaction.kind()).as(transaction.explanation()).isEqualTo(Kind.APPLIED);
        assertThat(operations.setData(stage.root, NEW, 1).kind()).isEqualTo(Kind.NOT_APPLIED);
        operations.delete(stage.root + "/t", Write.ANY_VERSION).orThrow();
        assertThat(stage.observer.children(stage.root)).isEmpty();
        assertThat(stage.observer.data(stage.root)).isEqualTo(OLD);
    }

    private static void writesInDoubt(Stage stage) {
        stage.createRoot();
        Operations operations = stage.session.operations();
        CompletableFuture<Void> lost = stage.proxy.loseAcknowledgement();
        WriteOutcome plain =
                operations.create(stage.root + "/e", NEW, CreateMode.EPHEMERAL).orThrow();
        assertThat(lost).isCompleted();
        assertThat(plain.path()).isEqualTo(stage.root + "/e");
        assertThat(stage.observer.data(plain.path())).isEqualTo(NEW);

        lost = stage.proxy.loseAcknowledgement();
        WriteOutcome sequential = operations
                .create(stage.root + "/n-", NEW, CreateMode.PERSISTENT_SEQUENTIAL)
                .orThrow();
        assertThat(lost).isCompleted();
        assertThat(stage.observer.children(stage.root))
                .containsExactlyInAnyOrder("e", sequential.path().substring(stage.root.length() + 1));

        stage.observer.create(stage.root + "/w", OLD);
        lost = stage.proxy.loseAcknowledgement();
        operations.witnessedBelow(stage.root + "/w").setData(stage.root, NEW, 0).orThrow();
        assertThat(lost).isCompleted();
        assertThat(stage.observer.stat(stage.root).orElseThrow().getVersion()).isEqualTo(1);
    }

    private static void curator(Stage stage) throws Exception {
        CuratorFramework curator = stage.session.curator();
        curator.create()
                .creatingParentsIfNeeded()
                .withMode(CreateMode.EPHEMERAL)
                .forPath(stage.root + "/a/e", OLD);
        assertThat(stage.observer.ownerOf(stage.root + "/a/e")).contains(stage.sessionId());
        Stat stat = new Stat();
        curator.create().storingStatIn(stat).forPath(stage.root + "/s", OLD);
        assertThat(stat.getCzxid())
                .isEqualTo(stage.observer.stat(stage.root + "/s").orElseThrow().getCzxid());
        String protectedNode = curator.create()
                .withProtection()
                .withMode(CreateMode.EPHEMERAL_SEQUENTIAL)
                .forPath(stage.root + "/p-", OLD);
        assertThat(stage.observer.exists(protectedNode)).isTrue();
        String called =
                stage.session.operations().call(Effect.ONCE, c -> c.create().forPath(stage.root + "/called", OLD));
        assertThat(called).isEqualTo(stage.root + "/called");
        curator.setData().withVersion(0).forPath(called, NEW);
        assertThat(curator.getData().forPath(called)).isEqualTo(NEW);
        curator.delete().deletingChildrenIfNeeded().forPath(stage.root);
        assertThat(stage.observer.exists(stage.root)).isFalse();
    }

    private static void loss(Stage stage) throws Exception {
        stage.createRoot("n", "w");
        EphemeralNode node = stage.held(stage.root + "/n/e");
        List<NodeChange> heard = watch(stage);
        long made = stage.observer.stat(node.path()).orElseThrow().getCzxid();
        long session = stage.sessionId();
        stage.away(() -> {});
        assertThat(stage.sessionId()).isEqualTo(session);
        assertThat(node.status()).isEqualTo(EphemeralNode.Status.HELD);
        assertThat(stage.observer.stat(node.path()).orElseThrow().getCzxid()).isEqualTo(made);
        assertStillWatched(stage, heard);
    }

    private static void expiry(Stage stage) throws Exception {
        stage.createRoot("n", "w");
        EphemeralNode node = stage.held(stage.root + "/n/e");
        List<NodeChange> heard = watch(stage);
        long session = stage.sessionId();
        stage.away(() -> stage.server.expireSession(session));
        assertThat(stage.sessionId()).isNotEqualTo(session);
        stage.assertOwn(node);
        assertStillWatched(stage, heard);
    }

    private static void close(Stage stage) throws Exception {
        stage.createRoot();
        EphemeralNode node = stage.held(stage.root + "/n");
        long session = stage.sessionId();
        stage.session.close();
        assertThat(stage.session.state()).isEqualTo(SessionState.CLOSED);
        assertThat(stage.observer.exists(node.path())).isFalse();
        assertThat(stage.server.sessionIds()).doesNotContain(session);
    }

    private static void resumption(Stage stage) throws Exception {
        stage.createRoot("n", "w");
        EphemeralNode node = stage.held(stage.root + "/n/e");
        List<NodeChange> heard = watch(stage);
        long session = stage.sessionId();
        stage.proxy.refuse();
        stage.server.kill();
        stage.awaitState(SessionState.LOST);
        stage.server.start();
        stage.proxy.accept();
        stage.awaitState(SessionState.CONNECTED);
        assertThat(stage.sessionId()).isEqualTo(session);
        stage.assertOwn(node);
        assertStillWatched(stage, heard);
    }

    private static List<NodeChange> watch(Stage stage) throws Exception {
        List<NodeChange> heard = new CopyOnWriteArrayList<>();
        stage.armed(stage.session.watches().node(stage.root + "/w", heard::add));
        return heard;
    }

    private static void assertStillWatched(Stage stage, List<NodeChange> heard) {
        stage.observer.setData(stage.root + "/w", NEW);
        stage.eventually(() -> assertThat(heard.get(heard.size() - 1).data()).isEqualTo(NEW));
    }

    @Override
    public String toString() {
        return description;
    }
}
