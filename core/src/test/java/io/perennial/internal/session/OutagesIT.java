package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.test.JvmProcess;
import io.perennial.test.NoLeaks;
import io.perennial.test.ServerProcess;
import io.perennial.test.ZooKeeperServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Random outages between a session in a JVM of its own and a server in another: whenever the server expires the
 * session, the lease must not have been seen held at or after the instant at which an independent client first sees the
 * session's node gone. The <em>slack</em> is the time between the two.
 *
 * <p>{@code -Dperennial.seed=} repeats a run's outages (though not its races), {@code -Dperennial.outages=} their
 * number.
 */
@ExtendWith(NoLeaks.class)
@Tag("S-34")
class OutagesIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration TICK = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final long seed = Long.getLong("perennial.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Map<Outage, List<Long>> slackMillis = new EnumMap<>(Outage.class);
    private int expiries;

    /** What came of one outage: nothing when the session outlived it. */
    private record Slack(long sinceLastHeld, Optional<Long> sinceLapse) {}

    @Test
    @DisplayName("A few outages, long enough for an expiry in most")
    void neverHoldsTheLeaseOfAnExpiredSession() throws Exception {
        List<Outage> outages = List.of(
                Outage.CUT, Outage.FREEZE, Outage.SERVER_FROZEN, Outage.JVM_STOPPED, Outage.JVM_STOPPED_WHILE_CUT);
        run(outages, TIMEOUT.multipliedBy(3).dividedBy(2), Duration.ofMillis(500));

        assertThat(expiries).as("expiries, with the seed %d", seed).isPositive();
    }

    @Test
    @Tag("outages")
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    @DisplayName("A hundred random outages")
    void neverHoldsTheLeaseOfAnExpiredSession_inAHundredOutages() throws Exception {
        int count = Integer.getInteger("perennial.outages", 108);
        List<Outage> outages = new ArrayList<>();
        while (outages.size() < count) {
            outages.addAll(List.of(Outage.values()));
        }
        Collections.shuffle(outages, random);

        run(outages, TIMEOUT.dividedBy(2), TIMEOUT.multipliedBy(3).dividedBy(2));

        assertThat(expiries).as("expiries, with the seed %d", seed).isGreaterThan(count / 4);
    }

    private void run(List<Outage> outages, Duration atLeast, Duration atMostMore) throws Exception {
        System.out.println("perennial.seed=" + seed);
        try (ServerProcess server = ZooKeeperServers.process()
                        .tickTime(TICK)
                        .minSessionTimeout(TICK)
                        .start();
                var proxy = new FaultProxy(server.port());
                JvmProcess client =
                        JvmProcess.start(LeaseProgram.class, proxy.connectString(), Long.toString(TIMEOUT.toMillis()));
                var observer = new IndependentClient(server.connectString())) {
            var site = new Outage.Site(proxy, server, client);
            for (Outage outage : outages) {
                // At any moment: also when the lease goes by heartbeats, and no longer by the connection's beginning.
                TimeUnit.MILLISECONDS.sleep(random.nextLong(TIMEOUT.toMillis()));
                Duration length = atLeast.plusMillis(random.nextLong(atMostMore.toMillis()));
                once(outage, length, site, observer);
            }
        } finally {
            print();
        }
    }

    private void once(Outage outage, Duration length, Outage.Site site, IndependentClient observer) throws Exception {
        JvmProcess client = site.client();
        long owner = awaitNodeOf(client, observer);
        long generation = generationHeld(client.lines());
        int lines = client.lineCount();
        try (var departure = new Departure(observer, LeaseProgram.NODE, owner)) {
            outage.happen(site, length, random);
            if (awaitNodeOf(client, observer) == owner) {
                System.out.printf("%-24s %5d ms: the session lives%n", outage, length.toMillis());
                return;
            }
            long gone = departure.nanos();
            client.awaitLineAfter(lines, line -> generationHeld(List.of(line)) > generation);
            Slack slack = slack(client.lines().subList(lines, client.lineCount()), generation, gone);
            System.out.printf(
                    "%-24s %5d ms: expired, slack %d ms, by the hook %s%n",
                    outage, length.toMillis(), slack.sinceLastHeld, slack.sinceLapse);
            slackMillis.computeIfAbsent(outage, o -> new ArrayList<>()).add(slack.sinceLastHeld);
            expiries++;
            assertThat(slack.sinceLastHeld)
                    .as("slack of %s for %s with the seed %d", outage, length, seed)
                    .isNotNegative();
            slack.sinceLapse.ifPresent(millis -> {
                if (!outage.name().startsWith("JVM")) {
                    assertThat(millis).as("slack by the hook").isNotNegative();
                }
            });
        }
    }

    private static Slack slack(List<String> lines, long generation, long gone) {
        Optional<Long> held = latest(lines, "UNTIL " + generation + " ");
        Optional<Long> lapse = latest(lines, "LAPSE " + generation + " ");
        return new Slack(
                TimeUnit.NANOSECONDS.toMillis(gone - held.orElseThrow()),
                lapse.map(at -> TimeUnit.NANOSECONDS.toMillis(gone - at)));
    }

    private static Optional<Long> latest(List<String> lines, String prefix) {
        return lines.stream()
                .filter(line -> line.startsWith(prefix))
                .map(line -> Long.parseLong(line.substring(prefix.length())))
                .max(Long::compare);
    }

    /** Once connected and seen to hold the lease, the owner of its node. */
    private static long awaitNodeOf(JvmProcess client, IndependentClient observer) {
        return await("the client's node")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () -> {
                            long owner = observer.ownerOf(LeaseProgram.NODE).orElse(0L);
                            return owner == connectedSession(client.lines()) ? owner : 0L;
                        },
                        owner -> owner != 0L);
    }

    /** The session of the last transition, if that was to CONNECTED; otherwise -1. */
    private static long connectedSession(List<String> lines) {
        String last = "";
        boolean held = false;
        for (String line : lines) {
            if (line.startsWith("STATE")) {
                last = line;
            } else if (line.startsWith("FROM")) {
                held = true;
            } else if (line.startsWith("UNTIL")) {
                held = false;
            }
        }
        return held && last.startsWith("STATE CONNECTED ") ? Long.parseLong(last.split(" ")[2]) : -1;
    }

    /** The last one that was seen held; 0 for none. */
    private static long generationHeld(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("FROM "))
                .mapToLong(line -> Long.parseLong(line.substring("FROM ".length())))
                .max()
                .orElse(0);
    }

    private void print() {
        System.out.printf(
                "%-24s %8s %8s %8s %8s   (slack in ms, seed %d)%n", "", "expired", "min", "median", "max", seed);
        slackMillis.forEach((outage, values) -> {
            List<Long> sorted = values.stream().sorted().toList();
            System.out.printf(
                    "%-24s %8d %8d %8d %8d%n",
                    outage, sorted.size(), sorted.get(0), sorted.get(sorted.size() / 2), sorted.get(sorted.size() - 1));
        });
    }
}
