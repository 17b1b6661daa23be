package io.perennial.soak.work;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.perennial.operation.Fence;
import io.perennial.operation.Operations;
import io.perennial.operation.Write;
import io.perennial.operation.WriteOutcome;
import io.perennial.soak.history.Fact.Effect;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;

/** Calls of every effect and structured writes of one session, synchronous, asynchronous and in the background. */
final class WriteWork {
    static final int DATA_NODES = 12;
    static final int FREE_NODES = 6;
    static final int TREES = 3;

    private static final Duration CALL = Duration.ofSeconds(4);
    private static final Duration LONG_CALL = Duration.ofSeconds(15);
    private static final int MOST_QUEUED = 12;
    private static final int CLEANED_AT_ONCE = 5;
    private static final int LONGEST_PADDING = 200;

    private final Site site;
    private final Writes writes;
    private final String own;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Deque<String> queued = new ArrayDeque<>();

    WriteWork(Site site) {
        this.site = site;
        writes = new Writes(site);
        own = Places.WRITES + "/" + site.name();
    }

    /** Makes what all writes need; after the data have been wiped, too. */
    void prepare() {
        for (String path : List.of(
                Places.NODES,
                Places.SHARED,
                Places.FREE,
                Places.RIVALS,
                Places.WITNESSES,
                Places.RECIPES,
                own + "/q")) {
            prepare(path);
        }
        for (int i = 0; i < DATA_NODES; i++) {
            prepare(Places.DATA + "/d" + i);
        }
        for (int i = 0; i < TREES; i++) {
            for (String branch : List.of("/a", "/b")) {
                prepare(Places.TREES + "/t" + i + branch);
            }
        }
    }

    /** Whether what {@link #prepare()} makes is there. */
    boolean isPrepared() {
        return site.session()
                .operations()
                .within(CALL)
                .call(
                        io.perennial.operation.Effect.READ,
                        curator -> curator.checkExists().forPath(site.at(own) + "/q") != null);
    }

    private void prepare(String path) {
        var unused = site.session()
                .operations()
                .within(CALL)
                .call(io.perennial.operation.Effect.IDEMPOTENT, curator -> {
                    if (curator.checkExists().forPath(site.at(path)) == null) {
                        curator.create()
                                .orSetData()
                                .creatingParentsIfNeeded()
                                .forPath(site.at(path), Site.bytes("prepared"));
                    }
                    return path;
                });
    }

    void synchronousStep(Random random) {
        Operations operations = site.session().operations().within(CALL);
        String payload = "#" + site.id();
        byte[] data = data(payload, random);
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> {
                Write[] some = some(payload, data, random);
                Operations with = conditions(operations, random);
                writes.make(Effect.STRUCTURED, payload, () -> queued(with.transaction(some)));
            }
            case 3 ->
                writes.make(
                        Effect.ONCE,
                        payload,
                        () -> operations.call(
                                io.perennial.operation.Effect.ONCE, curator -> set(curator, random, data)));
            case 4 ->
                writes.make(
                        Effect.IDEMPOTENT,
                        payload,
                        () -> operations.call(
                                io.perennial.operation.Effect.IDEMPOTENT, curator -> set(curator, random, data)));
            case 5 -> cleanUp(operations, random);
            default -> {
                site.figures().count("reads");
                var unused = operations.call(
                        io.perennial.operation.Effect.READ,
                        curator -> Optional.ofNullable(curator.checkExists().forPath(site.at(dataNode(random)))));
            }
        }
    }

    void asynchronousStep(Random random) {
        // Short ones end in the middle of an outage; long ones are settled after it.
        Operations operations = site.session().operations().within(random.nextBoolean() ? CALL : LONG_CALL);
        String payload = "#" + site.id();
        byte[] data = data(payload, random);
        String path = site.at(dataNode(random));
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> {
                Write[] some = some(payload, data, random);
                Operations with = conditions(operations, random);
                writes.begin(Effect.STRUCTURED, payload, () -> with.transactionAsync(some)
                        .thenApply(this::queued));
            }
            case 3 ->
                writes.begin(
                        Effect.ONCE,
                        payload,
                        () -> operations.callAsync(io.perennial.operation.Effect.ONCE, c -> queue(c, data)));
            case 4 ->
                writes.begin(
                        Effect.IDEMPOTENT,
                        payload,
                        () -> operations.callAsync(io.perennial.operation.Effect.IDEMPOTENT, c -> c.setData()
                                .forPath(path, data)));
            case 5 ->
                writes.begin(
                        Effect.ONCE,
                        payload,
                        () -> operations.callInBackground(io.perennial.operation.Effect.ONCE, (c, in) -> c.setData()
                                .inBackground(in.callback(), in.context())
                                .forPath(path, data)));
            case 6 ->
                writes.begin(
                        Effect.IDEMPOTENT,
                        payload,
                        () -> operations.callInBackground(
                                io.perennial.operation.Effect.IDEMPOTENT, (c, in) -> c.setData()
                                        .inBackground(in.callback(), in.context())
                                        .forPath(path, data)));
            default ->
                read(
                        random.nextBoolean()
                                ? operations.callInBackground(io.perennial.operation.Effect.READ, (c, in) -> c.getData()
                                        .inBackground(in.callback(), in.context())
                                        .forPath(path))
                                : operations.callAsync(io.perennial.operation.Effect.READ, c -> c.getData()
                                        .forPath(path)));
        }
    }

    /** Deletes another session's registered node, and marks that in the transaction. */
    void rival(Random random, String victim) {
        String payload = "#" + site.id();
        String path = NodeWork.slot(victim, random.nextInt(NodeWork.SLOTS));
        Operations operations = site.session().operations().within(CALL);
        writes.begin(
                Effect.STRUCTURED,
                payload,
                () -> operations.transactionAsync(
                        Write.delete(site.at(path), Write.ANY_VERSION),
                        Write.setData(site.at(Places.RIVALS), Site.bytes(payload), Write.ANY_VERSION)));
    }

    private void read(CompletableFuture<?> future) {
        site.figures().count("reads");
        Churn.Ticket ticket = site.churn().tryBegin("read of " + site.name());
        if (ticket != null) {
            ticket.endWith(future);
        }
    }

    private Write[] some(String payload, byte[] data, Random random) {
        String free = site.at(Places.FREE + "/f" + random.nextInt(FREE_NODES));
        String tree = Places.TREES + "/t" + random.nextInt(TREES);
        String branch = site.at(tree + (random.nextBoolean() ? "/a" : "/b") + "/l" + random.nextInt(4));
        Write mark = Write.setData(site.at(own), Site.bytes(payload), Write.ANY_VERSION);
        return switch (random.nextInt(9)) {
            case 0 -> new Write[] {Write.create(free, data, CreateMode.PERSISTENT)};
            case 1 -> new Write[] {Write.delete(free, Write.ANY_VERSION), mark};
            case 2 -> new Write[] {Write.create(branch, data, CreateMode.PERSISTENT)};
            case 3 -> new Write[] {Write.delete(branch, Write.ANY_VERSION), mark};
            case 4 -> new Write[] {Write.setData(branch, data, Write.ANY_VERSION)};
            case 5 -> new Write[] {Write.create(site.at(own) + "/q/n-", data, CreateMode.PERSISTENT_SEQUENTIAL)};
            case 6 -> new Write[] {Write.create(site.at(own) + "/q/e" + payload, data, CreateMode.EPHEMERAL)};
            case 7 -> new Write[] {Write.check(site.at(Places.DATA), Write.ANY_VERSION), mark};
            default -> new Write[] {Write.setData(site.at(dataNode(random)), data, version(random))};
        };
    }

    private Operations conditions(Operations operations, Random random) {
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> operations.witnessedBelow(site.at(Places.WITNESSES));
            case 3 -> operations.fencedBy(Fence.version(site.at(Places.WITNESSES), random.nextInt(4) / 3));
            case 4 -> operations.inGeneration(Math.max(1, site.session().lease().generation()));
            default -> operations;
        };
    }

    private void cleanUp(Operations operations, Random random) {
        for (int i = 0; i < CLEANED_AT_ONCE; i++) {
            String oldest;
            synchronized (lock) {
                oldest = queued.size() > MOST_QUEUED ? queued.poll() : null;
            }
            if (oldest == null) {
                grow(operations, random);
                return;
            }
            String payload = "#" + site.id();
            writes.make(
                    Effect.STRUCTURED,
                    payload,
                    () -> operations.transaction(
                            Write.delete(oldest, Write.ANY_VERSION),
                            Write.setData(site.at(own), Site.bytes(payload), Write.ANY_VERSION)));
        }
    }

    private void grow(Operations operations, Random random) {
        String payload = "#" + site.id();
        byte[] data = data(payload, random);
        Write node = random.nextBoolean()
                ? Write.create(site.at(own) + "/q/n-", data, CreateMode.PERSISTENT_SEQUENTIAL)
                : Write.create(site.at(own) + "/q/e" + payload, data, CreateMode.EPHEMERAL);
        writes.make(Effect.STRUCTURED, payload, () -> queued(operations.transaction(node)));
    }

    /** What it has put into the session's queue is to be cleaned up. */
    private WriteOutcome queued(WriteOutcome outcome) {
        outcome.results().stream()
                .map(WriteOutcome.Result::path)
                .filter(path -> path != null && path.contains("/q/"))
                .forEach(this::remember);
        return outcome;
    }

    private void remember(String path) {
        synchronized (lock) {
            queued.add(path);
        }
    }

    private String set(CuratorFramework curator, Random random, byte[] data) throws Exception {
        curator.setData().forPath(site.at(dataNode(random)), data);
        return "";
    }

    private String queue(CuratorFramework curator, byte[] data) throws Exception {
        String path =
                curator.create().withMode(CreateMode.PERSISTENT_SEQUENTIAL).forPath(site.at(own) + "/q/o-", data);
        remember(path);
        return path;
    }

    private static String dataNode(Random random) {
        return Places.DATA + "/d" + random.nextInt(DATA_NODES);
    }

    private static int version(Random random) {
        return random.nextInt(4) == 0 ? random.nextInt(3) : Write.ANY_VERSION;
    }

    private static byte[] data(String payload, Random random) {
        return Site.bytes(payload + " " + "x".repeat(random.nextInt(LONGEST_PADDING)));
    }
}
