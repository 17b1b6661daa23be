package io.perennial.internal.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionInfo;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.operation.Effect;
import io.perennial.operation.Write;
import io.perennial.operation.WriteOutcome;
import io.perennial.testing.SessionRig;
import io.perennial.watch.NodeChange;
import io.perennial.watch.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.Ids;

/**
 * 500 nodes and 500 watches of every kind, and whether they are in place: the nodes owned by the session in hand, the
 * watches telling of a change made now, a caller served.
 */
final class Innocents {
    private static final int NODES = 450;
    private static final int SEQUENTIAL_NODES = 50;
    private static final int NODE_WATCHES = 300;
    private static final int CHILDREN_WATCHES = 100;
    private static final int TREE_WATCHES = 100;
    private static final int CHANGES_AT_ONCE = 100;
    private static final byte[] DATA = new byte[300];

    private final SessionRig rig;
    private final List<EphemeralNode> nodes = new ArrayList<>();
    private final List<Watch> watches = new ArrayList<>();
    /** Of which watches a change has been told, and which: the path and the round. */
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    private ResilientSession session;
    private int round;

    /** Makes what the watches look at. */
    Innocents(SessionRig rig) throws Exception {
        this.rig = rig;
        List<String> paths = new ArrayList<>(List.of("/watched", "/plain", "/fresh"));
        for (String kind : List.of("node", "children", "tree")) {
            paths.add("/watched/" + kind);
            watched(kind).forEach(paths::add);
        }
        atOnce(paths.stream()
                .map(path -> Op.create(path, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT))
                .toList());
    }

    void registerWith(ResilientSession with) {
        session = with;
        for (int i = 0; i < NODES; i++) {
            nodes.add(session.ephemerals().register("/nodes/n" + i, DATA));
        }
        for (int i = 0; i < SEQUENTIAL_NODES; i++) {
            nodes.add(session.ephemerals()
                    .register(EphemeralSpec.at("/numbered/n-").data(DATA).sequential(true)));
        }
        watched("node")
                .forEach(path -> watches.add(session.watches().node(path, change -> told.add(path + text(change)))));
        watched("children")
                .forEach(path -> watches.add(session.watches()
                        .children(path, change -> change.children().forEach(name -> told.add(path + name)))));
        watched("tree")
                .forEach(path ->
                        watches.add(session.watches().tree(path, change -> told.add(path + nameOf(change.path())))));
    }

    /** A fresh change for every watch to tell of, and a call to be served. */
    Round begin() {
        round++;
        byte[] data = mark().getBytes(UTF_8);
        List<Op> changes = new ArrayList<>();
        watched("node").forEach(path -> changes.add(Op.setData(path, data, -1)));
        Stream.concat(watched("children"), watched("tree"))
                .forEach(path -> changes.add(
                        Op.create(path + "/" + mark(), new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT)));
        // Not where the callers write: whose acknowledgement is lost there cannot know what has become of it.
        CompletableFuture<?> read = session.operations()
                .callAsync(Effect.READ, curator -> curator.getData().forPath("/plain"));
        CompletableFuture<WriteOutcome> write =
                session.operations().transactionAsync(Write.setData("/fresh", data, -1));
        for (int from = 0; from < changes.size(); from += CHANGES_AT_ONCE) {
            atOnce(changes.subList(from, Math.min(changes.size(), from + CHANGES_AT_ONCE)));
        }
        return new Round(mark(), read, write);
    }

    /** What is asked of the session after one reconnection. */
    final class Round {
        private final String mark;
        private final CompletableFuture<?> read;
        private final CompletableFuture<WriteOutcome> write;

        private Round(String mark, CompletableFuture<?> read, CompletableFuture<WriteOutcome> write) {
            this.mark = mark;
            this.read = read;
            this.write = write;
        }

        boolean isInPlace() {
            try {
                assertInPlace();
                return true;
            } catch (AssertionError | NoSuchElementException e) {
                return false; // between two server sessions there is none to ask for its id
            }
        }

        void assertInPlace() {
            assertThat(read).isCompleted();
            assertThat(write).isCompletedWithValueMatching(outcome -> outcome.assumingSoleWriter()
                    .isApplied());
            long id = session.info().map(SessionInfo::sessionId).orElseThrow();
            assertThat(nodes).allMatch(node -> node.status() == Status.HELD);
            assertThat(rig.server().ephemeralsOf(id))
                    .containsAll(nodes.stream().map(EphemeralNode::path).toList());
            assertThat(watches).allMatch(Watch::isArmed);
            assertThat(told).containsAll(allWatched().map(path -> path + mark).toList());
        }
    }

    private String mark() {
        return "r" + round;
    }

    private void atOnce(List<Op> changes) {
        try {
            rig.observer().raw().multi(changes);
        } catch (KeeperException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Stream<String> allWatched() {
        return Stream.of("node", "children", "tree").flatMap(Innocents::watched);
    }

    private static Stream<String> watched(String kind) {
        int many =
                switch (kind) {
                    case "node" -> NODE_WATCHES;
                    case "children" -> CHILDREN_WATCHES;
                    default -> TREE_WATCHES;
                };
        return Stream.iterate(0, i -> i < many, i -> i + 1).map(i -> "/watched/" + kind + "/w" + i);
    }

    private static String text(NodeChange change) {
        byte[] data = change.data();
        return data == null ? "" : new String(data, UTF_8);
    }

    private static String nameOf(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
