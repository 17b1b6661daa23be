package io.perennial.docs;

import io.perennial.ResilientSession;
import io.perennial.operation.Effect;
import io.perennial.operation.Fence;
import io.perennial.operation.Operations;
import io.perennial.operation.OutcomeUnknownException;
import io.perennial.operation.Write;
import io.perennial.operation.WriteOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.data.Stat;

/** The code on {@code docs/calls.md}. */
final class CallSnippets {
    private final ResilientSession session;

    CallSnippets(ResilientSession session) {
        this.session = session;
    }

    byte[] read() {
        // [read]
        byte[] data = session.operations()
                .within(Duration.ofSeconds(3)) // the whole call, with retries and waiting
                .call(Effect.READ, c -> c.getData().forPath("/config"));
        // [end]
        return data;
    }

    CompletableFuture<?> readMany(List<String> paths) {
        // [background]
        List<CompletableFuture<CuratorEvent>> all = paths.stream()
                .map(path -> session.operations().callInBackground(Effect.READ, (c, in) -> c.getData()
                        .inBackground(in.callback(), in.context())
                        .forPath(path)))
                .toList();
        // [end]
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
    }

    Stat overwrite() {
        byte[] data = bytes("up");
        // [idempotent]
        Stat stat = session.operations()
                .call(Effect.IDEMPOTENT, c -> c.setData().forPath("/status/me", data)); // twice is as good as once
        // [end]
        return stat;
    }

    String once() {
        // [once]
        try {
            return session.operations().call(Effect.ONCE, c -> c.create()
                    .withMode(CreateMode.PERSISTENT_SEQUENTIAL)
                    .forPath("/queue/n-", bytes("job")));
        } catch (OutcomeUnknownException e) {
            return "it may be there: look before repeating it";
        }
        // [end]
    }

    String compareAndSet(int version) {
        byte[] data = bytes("mine");
        // [outcome]
        WriteOutcome outcome = session.operations().setData("/lock", data, version);
        return switch (outcome.kind()) {
            case APPLIED -> "mine, at version " + outcome.stat().getVersion();
            case NOT_APPLIED -> "refused: " + outcome.refusal(); // BADVERSION, NONODE, ...
            case UNKNOWN -> "not known: " + outcome.explanation();
        };
        // [end]
    }

    WriteOutcome soleWriter(int version) {
        byte[] data = bytes("mine");
        // [sole-writer]
        WriteOutcome outcome = session.operations()
                .setData("/lock", data, version)
                .assumingSoleWriter(); // nobody else writes these bytes: matching data mean success
        // [end]
        return outcome;
    }

    WriteOutcome witnessed() {
        byte[] data = bytes("paid");
        // [witness]
        Operations witnessed = session.operations().witnessedBelow("/witnesses"); // an existing persistent node
        WriteOutcome outcome = witnessed.transaction(
                Write.setData("/account", data, 0), Write.create("/receipts/1", data, CreateMode.PERSISTENT));
        // [end]
        return outcome;
    }

    WriteOutcome fenced(int epoch) {
        byte[] data = bytes("plan");
        // [fence]
        WriteOutcome outcome = session.operations()
                .fencedBy(Fence.version("/leader/epoch", epoch)) // checked by the server, in the same transaction
                .setData("/plan", data, Write.ANY_VERSION);
        // [end]
        return outcome;
    }

    LeaderLatch recipe() throws Exception {
        // [recipe]
        LeaderLatch latch = new LeaderLatch(session.curator(), "/leader/latch");
        latch.start(); // Curator's recipes run on the session's own framework
        // [end]
        return latch;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
