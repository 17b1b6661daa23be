package io.perennial.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Shows, with a raw ZooKeeper client, that each fault of servers and programs in processes really happens. */
@ExtendWith(NoLeaks.class)
@Timeout(120)
class ProcessFaultsIT {
    private static final byte[] DATA = {1};

    @AutoClose
    private final Opened opened = new Opened();

    @Test
    void serverFallsSilentWhenPaused_andKeepsDataWhenKilled() throws Exception {
        ServerProcess server = opened.add(ZooKeeperServers.process().start());
        RawClient client = opened.add(new RawClient(server.connectString(), Duration.ofSeconds(3)));
        client.awaitState(KeeperState.SyncConnected);
        client.create("/lasting");

        server.pause();
        client.awaitState(KeeperState.Disconnected);
        client.forget();
        server.resume();
        client.awaitState(KeeperState.SyncConnected, KeeperState.Expired);

        server.kill();
        client.awaitState(KeeperState.Disconnected, KeeperState.Expired);
        assertThat(server.mode()).isEmpty();
        server.start();
        assertThat(server.mode()).contains("standalone");
        assertThat(opened.add(new IndependentClient(server.connectString())).exists("/lasting"))
                .isTrue();
    }

    @Test
    void ensembleElectsAnotherLeader_andFallsToReadOnlyWithoutQuorum() {
        ZooKeeperEnsemble ensemble =
                opened.add(ZooKeeperServers.ensemble(3).readOnlyMode().start());
        IndependentClient client = opened.add(new IndependentClient(ensemble.connectString()));
        client.create("/lasting", DATA);
        for (int i = 0; i < 3; i++) {
            IndependentClient ofOne =
                    opened.add(new IndependentClient(ensemble.server(i).connectString()));
            ofOne.sync();
            assertThat(ofOne.exists("/lasting")).isTrue();
        }
        int first = ensemble.leaderIndex();

        ensemble.server(first).kill();
        ensemble.waitForQuorum();
        int second = ensemble.leaderIndex();
        assertThat(second).isNotEqualTo(first);
        assertThat(client.exists("/lasting")).isTrue();

        ensemble.server(second).kill();
        ServerProcess last = ensemble.server(3 - first - second);
        await().atMost(Duration.ofSeconds(30)).until(() -> last.mode().equals(Optional.of("read-only")));
    }

    @Test
    void programStandsStill_whenItsJvmIsPaused() {
        JvmProcess program = opened.add(JvmProcess.start(Ticker.class, "tick"));
        program.awaitLine("tick 0"::equals);

        program.pause();
        AtomicInteger printed = new AtomicInteger(-1);
        await().during(Duration.ofMillis(500)).until(() -> {
            int now = program.lineCount();
            return printed.getAndSet(now) == now;
        });
        program.resume();
        program.awaitLineAfter(program.lineCount(), line -> line.startsWith("tick"));

        program.kill();
        assertThat(program.isAlive()).isFalse();
    }

    /** Prints a line every 10 ms. */
    static final class Ticker {
        public static void main(String[] args) throws InterruptedException {
            for (int count = 0; ; count++) {
                System.out.println(args[0] + " " + count);
                TimeUnit.MILLISECONDS.sleep(10);
            }
        }
    }
}
