package io.perennial.internal.session;

import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.idOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.RestorePolicy;
import io.perennial.SessionInfo;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Transitions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.stream.IntStream;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Many clients lose their sessions at once: what they put back is spread, and does not keep others from the servers.
 */
@ExtendWith(NoLeaks.class)
@Tag("S-57")
class HerdIT {
    private static final int NODES_EACH = 5;
    private static final int RATE = 20;
    /** Of one client's nodes, from the first to the last. */
    private static final long SPACED_MILLIS = 1_000L / RATE * (NODES_EACH - 1);

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private record Client(ResilientSession session, Transitions heard, List<String> paths) {}

    @Test
    void aHerdOfFiftyComesBackSpreadAndSpaced() throws Exception {
        comesBack(50, Duration.ofSeconds(4));
    }

    @Test
    @Tag("soak")
    void aHerdOfAThousandComesBackSpreadAndSpaced() throws Exception {
        comesBack(1_000, Duration.ofSeconds(60));
    }

    private void comesBack(int number, Duration jitter) throws Exception {
        rig.observer().create("/herd", new byte[0]);
        List<Client> herd = connect(number, jitter);
        awaitNodes(number);
        List<Long> lost = herd.stream().map(client -> idOf(client.session)).toList();

        lost.parallelStream().forEach(rig.server()::expireSession);

        assertThat(longestRead(herd, jitter.plus(SessionRig.PATIENCE))).isLessThan(SessionRig.SESSION_TIMEOUT);
        awaitNodes(number);
        assertSpread(herd, jitter);
        assertSpaced(herd);
    }

    private List<Client> connect(int number, Duration jitter) throws InterruptedException {
        RestorePolicy policy = RestorePolicy.defaults()
                .withMaxJitter(jitter)
                .withMaxOperationsPerSecond(RATE)
                .withMaxBatchOperations(1)
                .withMaxBatchBytes(65_536)
                .withMaxBatchesInFlight(1);
        List<Client> herd = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            String name = "herd-" + i;
            var heard = new Transitions();
            ResilientSession session = rig.connect(builder -> builder.name(name)
                    .sessionTimeout(Duration.ofSeconds(30))
                    .connectTimeout(Duration.ofSeconds(10))
                    .restore(policy)
                    .listener(heard));
            List<String> paths = IntStream.range(0, NODES_EACH)
                    .mapToObj(node -> "/herd/" + name + "-" + node)
                    .toList();
            paths.forEach(path -> session.ephemerals().register(path, new byte[0]));
            herd.add(new Client(session, heard, paths));
        }
        return herd;
    }

    /** What a bystander waits for an answer while they come back. */
    private Duration longestRead(List<Client> herd, Duration patience) {
        var reads = new LongSummaryStatistics();
        for (Client client : herd) {
            await().atMost(patience).pollInterval(Duration.ofMillis(10)).untilAsserted(() -> {
                long began = System.nanoTime();
                assertThat(rig.observer().exists("/herd")).isTrue();
                reads.accept(System.nanoTime() - began);
                assertThat(client.session.state()).isEqualTo(SessionState.CONNECTED);
                assertThat(client.session.info().map(SessionInfo::generation)).contains(2L);
            });
        }
        return Duration.ofNanos(reads.getMax());
    }

    private void awaitNodes(int number) {
        eventually(() -> assertThat(rig.observer().children("/herd")).hasSize(number * NODES_EACH));
    }

    /** Each begins somewhere within the jitter. */
    private static void assertSpread(List<Client> herd, Duration jitter) {
        LongSummaryStatistics restoring = herd.stream()
                .mapToLong(client -> client.heard.all().stream()
                        .filter(t -> t.from() == SessionState.RESTORING && t.to() == SessionState.CONNECTED)
                        .reduce((first, last) -> last)
                        .map(SessionTransition::inPreviousState)
                        .orElseThrow()
                        .toMillis())
                .summaryStatistics();
        assertThat(restoring.getMax() - restoring.getMin()).isGreaterThan(jitter.toMillis() / 2);
    }

    /** By the server's clock. One client's may be pushed together under way, most are not. */
    private void assertSpaced(List<Client> herd) {
        List<Long> spans =
                herd.stream().map(client -> span(client.paths)).sorted().toList();
        assertThat(spans.get(spans.size() / 2)).isGreaterThan(SPACED_MILLIS * 3 / 4);
    }

    private long span(List<String> paths) {
        LongSummaryStatistics created = paths.stream()
                .mapToLong(path -> rig.observer().stat(path).map(Stat::getCtime).orElseThrow())
                .summaryStatistics();
        return created.getMax() - created.getMin();
    }
}
