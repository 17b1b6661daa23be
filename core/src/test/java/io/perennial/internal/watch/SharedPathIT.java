package io.perennial.internal.watch;

import static io.perennial.internal.watch.Arming.awaitArmed;
import static io.perennial.testing.Data.bytes;
import static io.perennial.testing.Sessions.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.test.ServerProcess;
import io.perennial.testing.OldServers;
import io.perennial.watch.TreeChange;
import io.perennial.watch.Watch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tree's root watched in other ways too, at a server that keeps one kind of watch for a path (ZOOKEEPER-4466). */
@ExtendWith(NoLeaks.class)
@Tag("W3")
class SharedPathIT {
    private static ServerProcess server;

    private final Map<Character, Watch> watches = new ConcurrentHashMap<>();
    private final Map<String, Integer> tree = new ConcurrentSkipListMap<>();
    private volatile String data = "";
    private volatile Set<String> names = Set.of();

    @BeforeAll
    static void startServer() {
        server = OldServers.of("3.8.4").start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tnc", "nct"})
    void tellsAllOfThemOfEverything(String order) {
        String root = "/" + order;
        try (FaultProxy proxy = new FaultProxy(server.port());
                IndependentClient client = new IndependentClient(server.connectString());
                ResilientSession session = ResilientSession.builder()
                        .name("sharing")
                        .connectString(proxy.connectString())
                        .sessionTimeout(Duration.ofSeconds(5))
                        .build()
                        .start()) {
            order.chars().forEach(kind -> {
                watch(session, root, (char) kind);
                awaitArmed(watches.get((char) kind));
            });
            client.create(root, bytes("a"));
            awaitSeen(root, "a", 0);
            client.create(root + "/one", bytes("x"));
            awaitSeen(root, "a", 0, "one");
            client.setData(root, bytes("b"));
            awaitSeen(root, "b", 1, "one");
            client.setData(root, bytes("c"));
            client.create(root + "/two", bytes("x"));
            awaitSeen(root, "c", 2, "one", "two");

            proxy.disconnect();
            eventually(() -> assertThat(session.state()).isEqualTo(SessionState.SUSPENDED));
            client.setData(root, bytes("d"));
            client.delete(root + "/two");
            proxy.accept();
            awaitSeen(root, "d", 3, "one");
            client.setData(root, bytes("e"));
            client.create(root + "/three", bytes("x"));
            awaitSeen(root, "e", 4, "one", "three");

            watches.remove('t').close();
            tree.clear();
            awaitArmed(watches.get('n'), watches.get('c'));
            client.setData(root, bytes("f"));
            client.delete(root + "/three");
            eventually(() -> {
                assertThat(data).isEqualTo("f");
                assertThat(names).containsExactlyInAnyOrder("one");
            });
            watch(session, root, 't');
            awaitSeen(root, "f", 5, "one");
            client.setData(root, bytes("g"));
            awaitSeen(root, "g", 6, "one");
        }
    }

    private void watch(ResilientSession session, String root, char kind) {
        Watch made =
                switch (kind) {
                    case 't' -> session.watches().tree(root, this::changed);
                    case 'n' ->
                        session.watches()
                                .node(
                                        root,
                                        change -> data = change.data() == null
                                                ? ""
                                                : new String(change.data(), StandardCharsets.UTF_8));
                    default -> session.watches().children(root, change -> names = change.children());
                };
        watches.put(kind, made);
    }

    private void changed(TreeChange change) {
        if (change.stat() == null) {
            tree.remove(change.path());
        } else {
            tree.put(change.path(), change.stat().getVersion());
        }
    }

    private void awaitSeen(String root, String rootsData, int rootsVersion, String... rootsNames) {
        var paths = new TreeSet<String>(Set.of(root));
        for (String name : rootsNames) {
            paths.add(root + "/" + name);
        }
        eventually(() -> {
            assertThat(data).as("node").isEqualTo(rootsData);
            assertThat(names).as("children").containsExactlyInAnyOrder(rootsNames);
            assertThat(tree.keySet()).as("tree").isEqualTo(paths);
            assertThat(tree).as("tree").containsEntry(root, rootsVersion);
        });
    }
}
