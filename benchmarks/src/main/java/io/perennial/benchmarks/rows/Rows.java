package io.perennial.benchmarks.rows;

import static io.perennial.benchmarks.variants.Variant.CURATOR;
import static io.perennial.benchmarks.variants.Variant.NODE_CACHE;
import static io.perennial.benchmarks.variants.Variant.PERENNIAL;
import static io.perennial.benchmarks.variants.Variant.RAW;
import static io.perennial.benchmarks.variants.Variant.TREE_CACHE;
import static io.perennial.benchmarks.variants.Variant.WIRE;

import io.perennial.benchmarks.results.Subject;
import io.perennial.benchmarks.rows.Closing.Figure;
import io.perennial.benchmarks.rows.Restoration.End;
import io.perennial.benchmarks.rows.Restoration.Loss;
import io.perennial.benchmarks.variants.Variant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** All rows of the table. */
public final class Rows {
    private static final List<Integer> ONE = List.of(1);
    private static final List<Integer> GROWING = List.of(1_000, 10_000, 50_000);
    private static final List<Variant> CLIENTS = List.of(RAW, CURATOR, PERENNIAL);
    private static final List<Variant> ALL_BUT_TREES = List.of(WIRE, RAW, CURATOR, NODE_CACHE, PERENNIAL);

    private static final List<Row> ALL = all();

    private Rows() {}

    /** {@return all rows, in the order of the table} */
    public static List<Row> list() {
        return ALL;
    }

    /**
     * The row of this name.
     *
     * @param name as on the command line
     * @return the row
     * @throws IllegalArgumentException when there is none
     */
    public static Row named(String name) {
        return ALL.stream()
                .filter(row -> row.subject().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no row '" + name + "'; there are "
                        + ALL.stream().map(row -> row.subject().name()).collect(Collectors.joining(", "))));
    }

    private static List<Row> all() {
        List<Row> rows = new ArrayList<>();
        connection(rows);
        restoration(rows);
        beginningAndEnd(rows);
        throughput(rows);
        resources(rows);
        crowds(rows);
        return List.copyOf(rows);
    }

    private static void connection(List<Row> rows) {
        rows.add(new Row(
                millis(
                        "reconnect-300ms",
                        "The server's port refuses for 0.3 s: from its opening to the first operation."),
                CLIENTS,
                ONE,
                1,
                5,
                (variant, size) -> new Reconnect(variant, 0, Duration.ofMillis(300))));
        rows.add(new Row(
                millis("reconnect-2s", "The server's port refuses for 2 s: from its opening to the first operation."),
                CLIENTS,
                ONE,
                1,
                5,
                (variant, size) -> new Reconnect(variant, 0, Duration.ofSeconds(2))));
        rows.add(new Row(
                millis("connection-cut", "The connection is cut, the server is there: to the first operation."),
                CLIENTS,
                ONE,
                1,
                5,
                (variant, size) -> new Reconnect(variant, 0, Duration.ZERO)));
        rows.add(new Row(
                millis(
                        "reconnect-watches",
                        "With watches, the port refuses for 0.7 s: to the first operation, with all watches at work."),
                List.of(RAW, CURATOR, NODE_CACHE, PERENNIAL),
                GROWING,
                1,
                3,
                (variant, size) -> new Reconnect(variant, size, Duration.ofMillis(700))));
    }

    private static void restoration(List<Row> rows) {
        rows.add(restoration(
                "watches-after-expiry",
                "The session has expired, 100 watched nodes have changed: until all watches are back and the changes"
                        + " delivered.",
                ALL_BUT_TREES,
                false,
                true,
                End.RESTORED));
        rows.add(restoration(
                "nodes-after-expiry",
                "The session has expired: until the observer sees all ephemeral nodes again.",
                List.of(WIRE, RAW, CURATOR, PERENNIAL),
                true,
                false,
                End.RESTORED));
        rows.add(restoration(
                "nodes-quiet",
                "The session has expired, there are ephemeral nodes: until the client has sent its last request.",
                CLIENTS,
                true,
                false,
                End.QUIET));
        rows.add(restoration(
                "nodes-and-watches",
                "As many ephemeral nodes as watches, the session has expired, 100 changes: until all are back.",
                List.of(WIRE, RAW, CURATOR, PERENNIAL),
                true,
                true,
                End.RESTORED));
        rows.add(new Row(
                millis(
                        "left-overs",
                        "The client has a new session, the old one's nodes are still there: until all are replaced."),
                List.of(RAW, PERENNIAL),
                GROWING,
                1,
                1,
                (variant, size) -> new Restoration(variant, size, 0, Loss.FORGOTTEN, End.RESTORED)));
        rows.add(new Row(
                millis(
                        "resumption",
                        "No server for longer than the session timeout, then one that still has the session, with as"
                                + " many nodes as watches, 100 changes: until all are back."),
                List.of(RAW, PERENNIAL),
                GROWING,
                1,
                1,
                (variant, size) -> new Restoration(variant, size, size, Loss.SERVER, End.RESTORED)));
        rows.add(new Row(
                millis(
                        "tree-after-expiry",
                        "A tree is watched, the session has expired, 100 leaves changed: until they are delivered."),
                List.of(RAW, CURATOR, TREE_CACHE, PERENNIAL),
                GROWING,
                2,
                1,
                (variant, size) -> Restoration.ofTree(variant, size, Loss.EXPIRED)));
        rows.add(new Row(
                millis(
                        "tree-reconnect",
                        "A tree is watched, the connection was lost, 100 leaves changed: until they are delivered."),
                List.of(RAW, CURATOR, TREE_CACHE, PERENNIAL),
                GROWING,
                2,
                1,
                (variant, size) -> Restoration.ofTree(variant, size, Loss.CONNECTION)));
    }

    private static Row restoration(
            String name, String title, List<Variant> variants, boolean nodes, boolean watches, End end) {
        return new Row(millis(name, title), variants, GROWING, 2, 1, (variant, size) -> {
            int ofNodes = nodes ? size : 0;
            int ofWatches = watches ? size : 0;
            return variant == WIRE
                    ? new WireRestoration(ofNodes, ofWatches)
                    : new Restoration(variant, ofNodes, ofWatches, Loss.EXPIRED, end);
        });
    }

    private static void beginningAndEnd(List<Row> rows) {
        rows.add(new Row(
                millis(
                        "first-registration",
                        "A connected client registers ephemeral nodes in a loop: until the observer sees all."),
                CLIENTS,
                GROWING,
                1,
                1,
                FirstRegistration::new));
        rows.add(new Row(
                millis("start", "From build() to connected, in a JVM that has done nothing else."),
                CLIENTS,
                ONE,
                0,
                3,
                (variant, size) -> new Alone(Solo.Work.START, variant, size)));
        rows.add(closing("close", "A client with ephemeral nodes is closed: until the call returns.", Figure.RETURNED));
        rows.add(closing(
                "close-nodes-gone",
                "A client with ephemeral nodes is closed: until the observer sees none of them.",
                Figure.GONE));
        rows.add(closing(
                "close-unreachable",
                "A client with ephemeral nodes is closed while no server can be reached, and knows it: until the call"
                        + " returns.",
                Figure.UNREACHABLE));
    }

    private static Row closing(String name, String title, Figure figure) {
        return new Row(
                millis(name, title), CLIENTS, GROWING, 1, 1, (variant, size) -> new Closing(variant, size, figure));
    }

    private static void throughput(List<Row> rows) {
        rows.add(new Row(
                new Subject(
                        "transactions",
                        "Asynchronous transactions of one write, a hundred under way, on a server that waits for its"
                                + " disk.",
                        "transactions/s",
                        false),
                CLIENTS,
                List.of(10_000),
                1,
                1,
                Transactions::new));
        rows.add(new Row(
                new Subject("burst", "Every watched node is written once, all at once.", "notifications/s", false),
                List.of(RAW, CURATOR, NODE_CACHE, PERENNIAL),
                GROWING,
                2,
                1,
                (variant, size) -> new Burst(variant, size, false)));
        rows.add(new Row(
                new Subject("burst-tree", "Every leaf of a watched tree is written once.", "notifications/s", false),
                List.of(CURATOR, TREE_CACHE, PERENNIAL),
                GROWING,
                2,
                1,
                (variant, size) -> new Burst(variant, size, true)));
    }

    private static void resources(List<Row> rows) {
        rows.add(new Row(
                new Subject("idle", "Sessions at rest in one JVM: its processor time.", "% of one processor", true),
                CLIENTS,
                List.of(1_000),
                0,
                1,
                (variant, size) -> new Alone(Solo.Work.IDLE, variant, size)));
        rows.add(heap("heap-node", "Heap for each ephemeral node.", CLIENTS, 10_000, Solo.Work.HEAP_OF_NODES));
        rows.add(heap(
                "heap-watch",
                "Heap for each watched node.",
                List.of(RAW, CURATOR, NODE_CACHE, PERENNIAL),
                10_000,
                Solo.Work.HEAP_OF_WATCHES));
        rows.add(heap("heap-session", "Heap for each session at rest.", CLIENTS, 200, Solo.Work.HEAP_OF_SESSIONS));
    }

    private static Row heap(String name, String title, List<Variant> variants, int size, Solo.Work work) {
        return new Row(
                new Subject(name, title, "bytes", true),
                variants,
                List.of(size),
                0,
                1,
                (variant, items) -> new Alone(work, variant, items));
    }

    private static void crowds(List<Row> rows) {
        rows.add(new Row(
                millis(
                        "leader-killed",
                        "Of three servers the leader is killed: from the kill to the client's first operation."),
                CLIENTS,
                ONE,
                1,
                3,
                (variant, size) -> new LeaderKilled(variant, false)));
        rows.add(new Row(
                millis(
                        "leader-elected",
                        "Of three servers the leader is killed: from the election of another to the first operation."),
                CLIENTS,
                ONE,
                1,
                3,
                (variant, size) -> new LeaderKilled(variant, true)));
        rows.add(new Row(
                millis("herd-median", "A server with many clients comes back: until half of them are connected."),
                CLIENTS,
                List.of(30, 300, 1_000),
                1,
                2,
                (variant, size) -> new Herd(variant, size, false)));
        rows.add(new Row(
                millis("herd-last", "A server with many clients comes back: until all of them are connected."),
                CLIENTS,
                List.of(30, 300, 1_000),
                1,
                2,
                (variant, size) -> new Herd(variant, size, true)));
    }

    private static Subject millis(String name, String title) {
        return new Subject(name, title, "ms", true);
    }
}
