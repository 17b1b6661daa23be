package io.perennial.internal.watch;

import static io.perennial.testing.Data.bytes;
import static io.perennial.testing.Sessions.awaitState;
import static io.perennial.testing.Sessions.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.test.IndependentClient.Refused;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.watch.ChildrenChange;
import io.perennial.watch.NodeChange;
import io.perennial.watch.TreeChange;
import io.perennial.watch.TreeChange.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random changes under random faults: in the end every listener knows what the server has. */
@ExtendWith(NoLeaks.class)
class WatchConvergenceIT {
    private static final List<String> PATHS = Stream.of("/r", "/r/a", "/r/a/b", "/r/a/b/c", "/r/a/d", "/r/e", "/r/e/f")
            .toList();
    private static final int FAULTS = 6;
    private static final int CHANGES = 60;

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final ResilientSession session = rig.build();

    private final Map<String, NodeChange> nodes = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> children = new ConcurrentHashMap<>();
    private final Map<String, Stat> tree = new ConcurrentHashMap<>();
    private final List<String> errors = new CopyOnWriteArrayList<>();

    @Tag("S-27")
    @Tag("S-28")
    @Tag("S-29")
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void lastToldEqualsTheServer_underRandomFaults(long seed) {
        Random random = new Random(seed);
        for (String path : PATHS) {
            session.watches().node(path, this::told);
            session.watches().children(path, this::told);
        }
        session.watches().tree("/r", this::told);
        rig.connect(session);

        for (int fault = 0; fault < FAULTS; fault++) {
            change(random, random.nextInt(CHANGES));
            cause(random.nextInt(4), () -> change(random, random.nextInt(CHANGES)));
        }
        change(random, CHANGES);

        eventually(() -> {
            assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
            assertThat(session.report().watchesArmed()).isEqualTo(2 * PATHS.size() + 1);
            PATHS.forEach(this::assertKnown);
            assertThat(tree.keySet()).isEqualTo(existing());
        });
        assertThat(errors).isEmpty();
    }

    private void cause(int fault, Runnable meanwhile) {
        switch (fault) {
            case 0 -> {
                rig.proxy().cut();
                meanwhile.run();
            }
            case 1 -> {
                rig.proxy().freezeResponses();
                meanwhile.run();
                rig.proxy().cut();
                rig.proxy().thaw();
                awaitState(session, SessionState.CONNECTED);
            }
            case 2 -> {
                awaitState(session, SessionState.CONNECTED);
                rig.expire(session, meanwhile);
            }
            default -> {
                awaitState(session, SessionState.CONNECTED);
                rig.reconnect(session, meanwhile);
            }
        }
    }

    private void change(Random random, int times) {
        for (int i = 0; i < times; i++) {
            String path = PATHS.get(random.nextInt(PATHS.size()));
            try {
                switch (random.nextInt(4)) {
                    case 0 -> rig.observer().delete(path);
                    case 1 -> rig.observer().setData(path, bytes("" + random.nextInt()));
                    default -> rig.observer().create(path, bytes("" + random.nextInt()));
                }
            } catch (Refused e) {
                // No parent, not empty, there already: no change then.
            }
        }
    }

    private void told(NodeChange change) {
        NodeChange before = nodes.put(change.path(), change);
        if (before != null && before.exists() && change.exists()) {
            check(before.stat().getMzxid() < change.stat().getMzxid(), "not newer: " + before + change);
        }
    }

    private void told(ChildrenChange change) {
        Set<String> expected = new HashSet<>(children.getOrDefault(change.path(), Set.of()));
        expected.addAll(change.added());
        expected.removeAll(change.removed());
        check(expected.equals(change.children()), "added and removed do not fit: " + change);
        children.put(change.path(), change.children());
    }

    private void told(TreeChange change) {
        String path = change.path();
        boolean known = tree.containsKey(path);
        check(known != (change.kind() == Kind.CREATED), "out of order: " + change);
        if (change.kind() == Kind.DELETED) {
            check(tree.keySet().stream().noneMatch(p -> p.startsWith(path + "/")), "child outlives: " + change);
            tree.remove(path);
            return;
        }
        check(path.equals("/r") || tree.containsKey(TreeSnapshot.parentOf(path)), "no parent: " + change);
        check(!known || tree.get(path).getMzxid() < change.stat().getMzxid(), "not newer: " + change);
        tree.put(path, change.stat());
    }

    private void check(boolean condition, String error) {
        if (!condition) {
            errors.add(error);
        }
    }

    private void assertKnown(String path) {
        Optional<Stat> stat = rig.observer().stat(path);
        NodeChange node = nodes.get(path);
        assertThat(Optional.ofNullable(node.stat()).map(Stat::getMzxid))
                .as("node %s", path)
                .isEqualTo(stat.map(Stat::getMzxid));
        assertThat(children.get(path))
                .as("children of %s", path)
                .isEqualTo(stat.isPresent() ? Set.copyOf(rig.observer().children(path)) : Set.of());
        assertThat(Optional.ofNullable(tree.get(path)).map(Stat::getMzxid))
                .as("%s in the tree", path)
                .isEqualTo(stat.map(Stat::getMzxid));
        stat.ifPresent(s -> assertThat(node.data()).isEqualTo(rig.observer().data(path)));
    }

    private Set<String> existing() {
        Set<String> existing = new HashSet<>();
        PATHS.stream().filter(rig.observer()::exists).forEach(existing::add);
        return existing;
    }
}
