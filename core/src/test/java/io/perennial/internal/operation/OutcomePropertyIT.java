package io.perennial.internal.operation;

import static io.perennial.testing.Data.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.internal.operation.WriteGround.Fault;
import io.perennial.operation.Effect;
import io.perennial.operation.OperationFailedException;
import io.perennial.operation.Operations;
import io.perennial.operation.OutcomeUnknownException;
import io.perennial.operation.SessionReplacedException;
import io.perennial.operation.SessionUnavailableException;
import io.perennial.operation.Write;
import io.perennial.operation.WriteOutcome;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.test.TransactionLog;
import io.perennial.testing.OpenedSessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random writes under random faults, with a rival who writes to the same nodes: what is claimed of each write is held
 * against the server's own transaction log, which knows whose session wrote what.
 */
@ExtendWith(NoLeaks.class)
@Tag("S-39")
@Tag("S-41")
class OutcomePropertyIT {
    private static final byte[] OLD = bytes("old");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final IntPredicate WRITE = op -> op == OpCode.create
            || op == OpCode.create2
            || op == OpCode.setData
            || op == OpCode.delete
            || op == OpCode.multi;

    private final OpenedSessions opened = new OpenedSessions();
    private WriteGround ground;
    private FaultProxy proxy;
    private IndependentClient rival;
    private final Set<Long> rivals = new HashSet<>();
    private final List<Claim> claims = new ArrayList<>();
    private volatile String said = "";

    /** How often a write was applied, if the claim is true. */
    private enum Times {
        ONCE,
        NEVER,
        AT_MOST_ONCE;

        boolean holds(long applied) {
            return switch (this) {
                case ONCE -> applied == 1;
                case NEVER -> applied == 0;
                case AT_MOST_ONCE -> applied <= 1;
            };
        }
    }

    /**
     * What was claimed of one write.
     *
     * @param path where; nobody but it and the rival writes there
     * @param opCode what
     */
    private record Claim(String what, String path, int opCode, Times times, String said) {}

    private enum Kind {
        PERSISTENT,
        EPHEMERAL,
        SEQUENTIAL,
        SET_AT_VERSION,
        SET,
        DELETE
    }

    private enum Style {
        PLAIN,
        WITNESSED,
        TOGETHER,
        ONCE
    }

    @AfterEach
    void closeAll() throws Exception {
        opened.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    @DisplayName("What is claimed of a write agrees with the server's transaction log")
    void claimsAgreeWithTheLog(long seed) throws Exception {
        run(new WriteGround.OneServer(opened), new Random(seed), 60);
        // All of them must have come up, or the agreement says little.
        assertThat(claims).extracting(Claim::times).contains(Times.values());
    }

    @Test
    @Tag("O1")
    @DisplayName("Also where the session moves between three servers")
    void claimsAgreeWithTheLog_ofAnEnsemble() throws Exception {
        run(new WriteGround.ThreeServers(opened), new Random(3), 20);
    }

    @Test
    @Tag("soak")
    void claimsAgreeWithTheLog_ofAnEnsembleAfterALongTime() throws Exception {
        run(new WriteGround.ThreeServers(opened), new Random(Long.getLong("perennial.seed", 42)), 1_000);
    }

    @Test
    @Tag("soak")
    void claimsAgreeWithTheLog_afterALongTime() throws Exception {
        run(new WriteGround.OneServer(opened), new Random(Long.getLong("perennial.seed", 42)), 2_000);
    }

    private void run(WriteGround where, Random random, int rounds) throws Exception {
        ground = where;
        proxy = opened.add(new FaultProxy(ground.port()));
        rival = opened.add(new IndependentClient(ground.connectString()));
        rival.create("/w", OLD);
        rival.create("/witnesses", OLD);
        ResilientSession session = opened.connected(ResilientSession.builder()
                .name("property")
                .connectString(proxy.connectString())
                .sessionTimeout(Duration.ofSeconds(6))
                .operationTimeout(PATIENCE)
                .closeTimeout(Duration.ofSeconds(2)));
        for (int round = 0; round < rounds; round++) {
            round(random, session, round);
            rivals.add(rival.sessionId());
        }
        session.close();
        check();
    }

    private void check() {
        Map<String, Long> applied = ground.stopAndReadLog().stream()
                .filter(entry -> !rivals.contains(entry.sessionId()))
                .collect(Collectors.groupingBy(OutcomePropertyIT::key, Collectors.counting()));
        assertThat(claims).allSatisfy(claim -> assertThat(
                        claim.times.holds(applied.getOrDefault(claim.opCode + " " + claim.path, 0L)))
                .as(
                        "%s: claimed %s (%s), applied %s",
                        claim.what, claim.times, claim.said, applied.get(claim.opCode + " " + claim.path))
                .isTrue());
    }

    /** A sequential node's number is its own; its parent is made for it alone. */
    private static String key(TransactionLog.Entry entry) {
        int slash = entry.path().lastIndexOf('/');
        String path =
                entry.path().startsWith("/w/q") && slash > 2 ? entry.path().substring(0, slash) + "/n-" : entry.path();
        return entry.opCode() + " " + path;
    }

    private void round(Random random, ResilientSession session, int round) throws Exception {
        read(session); // Whatever was left of the connection of the round before has been noticed then.
        assertThat(session.awaitConnected(PATIENCE)).isTrue();
        Kind kind = pick(random, Kind.values());
        Style style = pick(random, Style.values());
        Fault fault = pick(random, ground.faults().toArray(Fault[]::new));
        String path = kind == Kind.SEQUENTIAL ? "/w/q" + round + "/n-" : "/w/p" + round;
        prepare(kind, path);
        if (random.nextBoolean()) {
            read(session);
        }
        String what = "round " + round + " " + kind + " " + style + " " + fault;
        long sessionId = session.info().orElseThrow().sessionId();
        CompletableFuture<Void> trap = arm(fault);
        Operations operations = session.operations();
        if (fault == Fault.SILENCE) {
            proxy.freeze();
            operations = operations.within(Duration.ofMillis(200 + random.nextInt(300)));
        }
        CompletableFuture<Times> times = write(operations, kind, style, path, round);
        strike(random, fault, trap, sessionId);
        for (int i = random.nextInt(3); i > 0; i--) {
            rivalry(random, path, round);
        }
        heal(fault, times);
        claims.add(new Claim(what, path, opCode(kind), times.get(90, TimeUnit.SECONDS), said));
    }

    private static void read(ResilientSession session) {
        Stat parent =
                session.operations().call(Effect.READ, c -> c.checkExists().forPath("/w"));
        assertThat(parent).isNotNull();
    }

    private void prepare(Kind kind, String path) {
        switch (kind) {
            case SEQUENTIAL -> rival.create(path.substring(0, path.lastIndexOf('/')), OLD);
            case SET_AT_VERSION, SET, DELETE -> rival.create(path, OLD);
            default -> {
                // Is to be made.
            }
        }
    }

    private CompletableFuture<Void> arm(Fault fault) {
        return switch (fault) {
            case LOST_ACKNOWLEDGEMENT -> proxy.loseAcknowledgement(WRITE).thenRun(() -> ground.moveOn(proxy));
            case LOST_REQUEST -> proxy.loseRequest(WRITE).thenRun(() -> ground.moveOn(proxy));
            case LOST_ACKNOWLEDGEMENT_AND_SESSION ->
                proxy.loseAcknowledgement(WRITE).thenRun(proxy::refuse);
            case LOST_REQUEST_AND_SESSION -> proxy.loseRequest(WRITE).thenRun(proxy::refuse);
            case NONE, CUT, SILENCE -> CompletableFuture.completedFuture(null);
        };
    }

    private void strike(Random random, Fault fault, CompletableFuture<Void> trap, long sessionId) throws Exception {
        switch (fault) {
            case LOST_ACKNOWLEDGEMENT_AND_SESSION, LOST_REQUEST_AND_SESSION -> {
                trap.get(60, TimeUnit.SECONDS);
                ground.expireSession(sessionId);
            }
            case CUT -> {
                TimeUnit.MICROSECONDS.sleep(random.nextInt(3_000));
                ground.moveOn(proxy);
                proxy.cut();
            }
            case LOST_ACKNOWLEDGEMENT, LOST_REQUEST -> trap.get(60, TimeUnit.SECONDS);
            case NONE, SILENCE -> {
                // Nothing more.
            }
        }
    }

    private void heal(Fault fault, CompletableFuture<Times> times) throws Exception {
        if (fault == Fault.SILENCE) {
            times.get(60, TimeUnit.SECONDS);
            proxy.thaw();
        }
        proxy.accept();
    }

    private void rivalry(Random random, String path, int round) {
        try {
            switch (random.nextInt(5)) {
                case 0 -> rival.setData(path, bytes("new " + round));
                case 1 -> rival.setData(path, bytes("rival's"));
                case 2 -> rival.delete(path);
                case 3 -> rival.create(path, bytes("new " + round));
                default -> rival.create("/w/sibling" + round, OLD);
            }
        } catch (IndependentClient.Refused e) {
            // As it happens.
        }
    }

    private CompletableFuture<Times> write(Operations operations, Kind kind, Style style, String path, int round) {
        if (style == Style.ONCE) {
            return operations
                    .callAsync(Effect.ONCE, c -> {
                        byte[] data = bytes("new " + round);
                        switch (kind) {
                            case PERSISTENT -> c.create().forPath(path, data);
                            case EPHEMERAL ->
                                c.create().withMode(CreateMode.EPHEMERAL).forPath(path, data);
                            case SEQUENTIAL ->
                                c.create()
                                        .withMode(CreateMode.PERSISTENT_SEQUENTIAL)
                                        .forPath(path, data);
                            case SET_AT_VERSION -> c.setData().withVersion(0).forPath(path, data);
                            case SET -> c.setData().forPath(path, data);
                            case DELETE -> c.delete().withVersion(0).forPath(path);
                        }
                        return "done";
                    })
                    .handle((done, failure) -> failure == null ? Times.ONCE : times(failure));
        }
        Operations with = style == Style.WITNESSED ? operations.witnessedBelow("/witnesses") : operations;
        Write write = write(kind, path, bytes("new " + round));
        Write[] all = style == Style.TOGETHER
                ? new Write[] {Write.check("/w", 0), write, Write.create("/w/e" + round, OLD, CreateMode.EPHEMERAL)}
                : new Write[] {write};
        return with.transactionAsync(all)
                .handle((outcome, failure) -> failure == null ? times(outcome) : times(failure));
    }

    private static Write write(Kind kind, String path, byte[] data) {
        return switch (kind) {
            case PERSISTENT -> Write.create(path, data, CreateMode.PERSISTENT);
            case EPHEMERAL -> Write.create(path, data, CreateMode.EPHEMERAL);
            case SEQUENTIAL -> Write.create(path, data, CreateMode.PERSISTENT_SEQUENTIAL);
            case SET_AT_VERSION -> Write.setData(path, data, 0);
            case SET -> Write.setData(path, data, Write.ANY_VERSION);
            case DELETE -> Write.delete(path, 0);
        };
    }

    private Times times(WriteOutcome outcome) {
        said = outcome.explanation();
        return switch (outcome.kind()) {
            case APPLIED -> Times.ONCE;
            case NOT_APPLIED -> Times.NEVER;
            case UNKNOWN -> Times.AT_MOST_ONCE;
        };
    }

    private Times times(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        said = String.valueOf(cause);
        if (cause instanceof OutcomeUnknownException) {
            return Times.AT_MOST_ONCE;
        }
        if (cause instanceof SessionUnavailableException
                || cause instanceof SessionReplacedException
                || cause instanceof OperationFailedException) {
            return Times.NEVER;
        }
        throw new AssertionError("not among the outcomes", cause);
    }

    private static int opCode(Kind kind) {
        return switch (kind) {
            case PERSISTENT, EPHEMERAL, SEQUENTIAL -> OpCode.create;
            case SET_AT_VERSION, SET -> OpCode.setData;
            case DELETE -> OpCode.delete;
        };
    }

    private static <T> T pick(Random random, T[] values) {
        return values[random.nextInt(values.length)];
    }
}
