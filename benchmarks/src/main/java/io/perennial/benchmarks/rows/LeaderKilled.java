package io.perennial.benchmarks.rows;

import io.perennial.benchmarks.variants.Client;
import io.perennial.benchmarks.variants.Variant;
import io.perennial.test.ServerProcess;
import io.perennial.test.ZooKeeperEnsemble;
import io.perennial.test.ZooKeeperServers;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Of three servers the leader is killed. The client is told that its connection is lost; to its first operation that
 * succeeds, from the kill or from the moment when the observer first finds another leader.
 */
final class LeaderKilled implements Trial {
    private final ZooKeeperEnsemble ensemble = ZooKeeperServers.ensemble(3)
            .jvmOption("-Xmx512m")
            .jvmOption("-Dzookeeper.forceSync=yes")
            .start();
    private final boolean fromElection;
    private final Client client;
    private volatile CountDownLatch told = new CountDownLatch(1);

    LeaderKilled(Variant variant, boolean fromElection) throws Exception {
        this.fromElection = fromElection;
        client = variant.client(ensemble.connectString(), connected -> {
            if (!connected) {
                told.countDown();
            }
        });
        ensemble.waitForQuorum();
        client.connect();
    }

    @Override
    public double run() throws Exception {
        told = new CountDownLatch(1);
        long session = client.sessionId();
        int leader = ensemble.leaderIndex();
        long killed = System.nanoTime();
        ensemble.server(leader).kill();
        CompletableFuture<Long> elected = CompletableFuture.supplyAsync(() -> awaitLeaderOtherThan(leader));
        if (!told.await(Client.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("the client has not noticed that the servers hung up");
        }
        long read = FirstRead.await(client, "/");
        long found = elected.get(Client.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (client.sessionId() != session) {
            throw new IllegalStateException("the session was lost, which was not the plan");
        }
        ensemble.server(leader).start();
        ensemble.waitForQuorum();
        Thread.sleep(1_000); // so that the next round does not begin with a server that has just come back
        return Lab.millis(read - (fromElection ? found : killed));
    }

    private long awaitLeaderOtherThan(int dead) {
        List<ServerProcess> others = IntStream.range(0, ensemble.size())
                .filter(index -> index != dead)
                .mapToObj(ensemble::server)
                .toList();
        return Lab.await("a leader", 1_000_000, () -> others.stream()
                .anyMatch(server -> server.mode().equals(Optional.of("leader"))));
    }

    @Override
    public void close() {
        client.close();
        ensemble.close();
    }
}
