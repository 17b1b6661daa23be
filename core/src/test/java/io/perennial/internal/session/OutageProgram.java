package io.perennial.internal.session;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.operation.Effect;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.CreateMode;

/**
 * A program that goes on with its work while no server can be reached: it updates its node, calls and asks for a
 * report, and prints how often it has. Arguments: the connect string, and how many updates.
 */
final class OutageProgram {
    private static final int UPDATES_PER_CALL = 500;

    private OutageProgram() {}

    public static void main(String[] arguments) throws Exception {
        int updates = Integer.parseInt(arguments[1]);
        try (ResilientSession session = ResilientSession.builder()
                .name("outage")
                .connectString(arguments[0])
                .sessionTimeout(Duration.ofSeconds(4))
                .listener(transition -> System.out.println("STATE " + transition.to()))
                .build()
                .start()) {
            EphemeralNode node = session.ephemerals().register("/mine", new byte[0]);
            session.watches().node("/watched", change -> {});
            while (session.state() != SessionState.LOST) {
                Thread.onSpinWait();
            }
            CompletableFuture<Void> last = work(session, node, updates);
            System.out.println("WORKED");
            last.join();
            System.out.println("WRITTEN");
        }
        System.out.println("CLOSED");
    }

    private static CompletableFuture<Void> work(ResilientSession session, EphemeralNode node, int updates) {
        CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
        for (int i = 1; i <= updates; i++) {
            last = node.update(Integer.toString(i).getBytes());
            if (i % UPDATES_PER_CALL == 0) {
                session.report();
                var unused = session.operations().within(Duration.ofMillis(10)).callAsync(Effect.ONCE, c -> c.create()
                        .withMode(CreateMode.EPHEMERAL)
                        .forPath("/other"));
            }
        }
        return last;
    }
}
