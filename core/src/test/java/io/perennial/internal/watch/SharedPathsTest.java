package io.perennial.internal.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.request.Reply;
import io.perennial.internal.request.Requests;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("W3")
class SharedPathsTest {
    private final Map<String, Probe> nodes = new HashMap<>();
    private final Map<String, Probe> children = new HashMap<>();
    private final Map<String, List<Tree>> trees = new HashMap<>();
    private final SharedPaths shared = new SharedPaths(nodes, children, trees);
    private final List<String> done = new ArrayList<>();

    private Tree tree(String root) {
        var tree = new Tree();
        trees.computeIfAbsent(root, r -> new ArrayList<>()).add(tree);
        return tree;
    }

    private void watch(String path) {
        nodes.put(path, new Probe(WatchKind.NODE, path));
        children.put(path, new Probe(WatchKind.CHILDREN, path));
    }

    @Test
    void decidesNothing_whereNoTreeIsRooted() {
        tree("/t").added = true;

        assertThat(shared.isCovered("/t/a"))
                .as("below it, where the root's watch is not")
                .isFalse();
        assertThat(shared.isUndecided("/t/a")).isFalse();
        assertThat(shared.isCovered("/other")).isFalse();
        assertThat(shared.isUndecided("/other")).isFalse();
    }

    @Test
    void isUndecided_untilTheTreesWatchIsAddedOrRefused() {
        Tree tree = tree("/t");
        assertThat(shared.isUndecided("/t")).isTrue();
        assertThat(shared.isCovered("/t")).isFalse();

        tree.refused = true;
        assertThat(shared.isUndecided("/t")).isFalse();
        assertThat(shared.isCovered("/t")).isFalse();

        tree.refused = false;
        tree.added = true;
        assertThat(shared.isUndecided("/t")).isFalse();
        assertThat(shared.isCovered("/t")).isTrue();
    }

    @Test
    void isCovered_byOneOfSeveralTrees() {
        tree("/t").refused = true;
        Tree second = tree("/t");
        assertThat(shared.isUndecided("/t")).as("the second may be taken").isTrue();

        second.added = true;
        tree("/t");

        assertThat(shared.isCovered("/t")).isTrue();
        assertThat(shared.isUndecided("/t")).isFalse();
    }

    @Test
    void readsTheOthersOfThatPathAnew_whenItIsDecided() {
        watch("/t");
        watch("/t/a");

        shared.decided("/t");

        assertThat(done)
                .containsExactly("NODE /t unarmed", "CHILDREN /t unarmed", "NODE /t is read", "CHILDREN /t is read");
    }

    @Test
    void decidesForWhomThereIs() {
        children.put("/c", new Probe(WatchKind.CHILDREN, "/c"));

        shared.decided("/c");
        shared.decided("/nobody's");

        assertThat(done).containsExactly("CHILDREN /c unarmed", "CHILDREN /c is read");
    }

    /** The session reads what is unarmed when it is attached again. */
    @Test
    void unarmsThoseAtRoots_whenTheClientHasReconnected() {
        tree("/t");
        watch("/t");
        watch("/other");

        shared.reconnected(List.of("/left"));

        assertThat(done).containsExactly("NODE /t unarmed", "CHILDREN /t unarmed");
    }

    @Test
    void tellsTheNode_ofItsChange() {
        tree("/t");
        watch("/t");

        shared.happened("/t", EventType.NodeDataChanged);

        assertThat(done).containsExactly("NODE /t NodeDataChanged");
    }

    @Test
    void tellsBoth_whenTheRootComesOrGoes() {
        tree("/t");
        watch("/t");

        shared.happened("/t", EventType.NodeCreated);
        shared.happened("/t", EventType.NodeDeleted);

        assertThat(done)
                .containsExactly(
                        "NODE /t NodeCreated",
                        "CHILDREN /t NodeCreated",
                        "NODE /t NodeDeleted",
                        "CHILDREN /t NodeDeleted");
    }

    /** A recursive watch tells of the child only. */
    @Test
    void tellsTheChildrensWatch_whenAChildComesOrGoes() {
        tree("/t");
        watch("/t");

        shared.happened("/t/a", EventType.NodeCreated);
        shared.happened("/t/a", EventType.NodeDataChanged);
        shared.happened("/t/a/b", EventType.NodeCreated);
        shared.happened("/t/b", EventType.NodeDeleted);

        assertThat(done).containsExactly("CHILDREN /t NodeChildrenChanged", "CHILDREN /t NodeChildrenChanged");
    }

    @Test
    void tellsTheRootsOfTwoTrees_oneWithinTheOther() {
        tree("/t");
        tree("/t/a");
        watch("/t");
        watch("/t/a");

        shared.happened("/t/a", EventType.NodeDeleted);

        assertThat(done)
                .containsExactly(
                        "NODE /t/a NodeDeleted", "CHILDREN /t/a NodeDeleted", "CHILDREN /t NodeChildrenChanged");
    }

    /** Those have their own watch at the server. */
    @Test
    void tellsNobodyElse() {
        tree("/t");
        watch("/t/a");
        watch("/other");

        shared.happened("/t/a", EventType.NodeDataChanged);
        shared.happened("/t/a/b", EventType.NodeCreated);
        shared.happened("/other", EventType.NodeDeleted);

        assertThat(done).isEmpty();
    }

    @Test
    void tellsOfTheWholeServersTree() {
        tree("/");
        watch("/");

        shared.happened("/", EventType.NodeDataChanged);
        shared.happened("/a", EventType.NodeCreated);
        shared.happened("/", EventType.NodeDeleted);

        assertThat(done)
                .containsExactly(
                        "NODE / NodeDataChanged",
                        "CHILDREN / NodeChildrenChanged",
                        "NODE / NodeDeleted",
                        "CHILDREN / NodeDeleted");
    }

    private static final class Tree implements SharedPaths.Root {
        private boolean added;
        private boolean refused;

        @Override
        public boolean isAdded() {
            return added;
        }

        @Override
        public boolean isToBeAdded() {
            return !added && !refused;
        }
    }

    /** Writes down what it is told, and does none of it. */
    private final class Probe extends OneShotEntry<NodeSnapshot> {
        private final String name;

        private Probe(WatchKind kind, String path) {
            super(null, kind, path);
            this.name = kind.name() + " " + path;
        }

        @Override
        void read() {
            done.add(name + " is read");
        }

        @Override
        void unarmed() {
            done.add(name + " unarmed");
        }

        @Override
        void happened(EventType type) {
            done.add(name + " " + type);
        }

        @Override
        void readAndArm(Requests requests, Watcher watcher, Consumer<Reply> answer) {}

        @Override
        NodeSnapshot found(Reply reply) {
            return NodeSnapshot.ABSENT;
        }

        @Override
        Version versionOf(Stat stat) {
            return Version.ofNode(stat);
        }

        @Override
        NodeSnapshot absent() {
            return NodeSnapshot.ABSENT;
        }
    }
}
