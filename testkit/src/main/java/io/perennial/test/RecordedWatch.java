package io.perennial.test;

import io.perennial.ResilientSession;
import io.perennial.watch.Watch;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.data.Stat;

/**
 * A watch of a session that records what its listener receives, to be compared with what the server has: {@code
 * PerennialAssertions.assertThat(watch).agreesWithTheServer()}. Thread-safe.
 *
 * @param <T> what is compared: a node's version, or the names of its children
 */
public final class RecordedWatch<T> implements AutoCloseable {
    private final List<T> told = new CopyOnWriteArrayList<>();
    private final Reading<T> reading;
    private final ResilientSession session;
    private final Watch watch;

    private RecordedWatch(ResilientSession session, Reading<T> reading, Function<Consumer<T>, Watch> watching) {
        this.session = session;
        this.reading = reading;
        watch = watching.apply(told::add);
    }

    /**
     * Watches a node.
     *
     * @param session whose watch
     * @param path below the session's namespace
     * @return what it receives: the zxid of the last change of the node's data; empty when there is no node
     */
    public static RecordedWatch<Optional<Long>> node(ResilientSession session, String path) {
        return new RecordedWatch<>(
                session,
                curator ->
                        Optional.ofNullable(curator.checkExists().forPath(path)).map(Stat::getMzxid),
                told -> session.watches()
                        .node(
                                path,
                                change -> told.accept(
                                        Optional.ofNullable(change.stat()).map(Stat::getMzxid))));
    }

    /**
     * Watches the children of a node, which must exist when the two are compared.
     *
     * @param session whose watch
     * @param path below the session's namespace
     * @return what it receives: the children's names
     */
    public static RecordedWatch<Set<String>> children(ResilientSession session, String path) {
        return new RecordedWatch<>(
                session, curator -> Set.copyOf(curator.getChildren().forPath(path)), told -> session.watches()
                        .children(path, change -> told.accept(change.children())));
    }

    /**
     * What the listener has received so far.
     *
     * @return the first state and each change, in order
     */
    public List<T> told() {
        return List.copyOf(told);
    }

    /** Closes the watch. */
    @Override
    public void close() {
        watch.close();
    }

    String path() {
        return watch.path();
    }

    /** What the listener received last; empty when it has received nothing yet. */
    Optional<T> last() {
        List<T> all = told();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    /** What the server has now, up to date with every write that has been acknowledged. */
    T read() throws Exception {
        CuratorFramework curator = session.curator();
        curator.sync().forPath("/");
        return reading.from(curator);
    }

    String details() {
        return "it received " + told + "; " + session.report();
    }

    @FunctionalInterface
    private interface Reading<T> {
        T from(CuratorFramework curator) throws Exception;
    }
}
