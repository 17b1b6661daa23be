package io.perennial.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.operation.Effect;
import io.perennial.operation.Operations;
import io.perennial.operation.Write;
import io.perennial.operation.WriteOutcome;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** Writes of one session whose request or acknowledgement is lost on the way. */
@ExtendWith(NoLeaks.class)
abstract class InDoubtWrites {
    static final byte[] OLD = {1};
    static final byte[] NEW = {2};
    static final byte[] OTHER = {3};
    static final Duration PATIENCE = Duration.ofSeconds(30);
    static final IntPredicate WRITE = op -> op == OpCode.create
            || op == OpCode.create2
            || op == OpCode.setData
            || op == OpCode.delete
            || op == OpCode.multi;

    @AutoClose
    final SessionRig rig = new SessionRig();

    final EmbeddedServer server = rig.server();
    final FaultProxy proxy = rig.proxy();
    final IndependentClient observer = rig.observer();
    ResilientSession session;

    @BeforeEach
    void connect() {
        observer.create("/node", OLD);
        observer.create("/witnesses", OLD);
        connectWith(builder -> builder);
    }

    /** Of the current session; in a subclass, with writes that nothing waits for. */
    Operations operations() {
        return session.operations();
    }

    /** In place of the session there is. */
    void connectWith(UnaryOperator<ResilientSession.Builder> more) {
        if (session != null) {
            session.close();
        }
        session = rig.connect(more.apply(rig.builder()
                .name("writing")
                .sessionTimeout(Duration.ofSeconds(20))
                .closeTimeout(Duration.ofSeconds(2))));
        proxy.resetCounters();
    }

    void loseAcknowledgement() {
        proxy.loseAcknowledgement(WRITE);
    }

    /** The client sees what others have done so far, so that only what comes later can cover traces. */
    void read() {
        Stat root = session.operations().call(Effect.READ, c -> c.checkExists().forPath("/"));
        assertThat(root).isNotNull();
    }

    Stat stat(String path) {
        return observer.stat(path).orElseThrow();
    }

    /** Runs a write whose acknowledgement or request is lost; what the others do comes before the session is back. */
    WriteOutcome meanwhile(CompletableFuture<Void> lost, Write write, Runnable others) {
        CompletableFuture<Void> away = lost.thenRun(proxy::refuse);
        CompletableFuture<WriteOutcome> outcome = session.operations().transactionAsync(write);
        assertThat(away).succeedsWithin(PATIENCE);
        others.run();
        proxy.accept();
        assertThat(outcome).succeedsWithin(PATIENCE);
        return outcome.join();
    }
}
