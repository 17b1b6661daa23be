package io.perennial.soak;

import io.perennial.soak.check.Finding;
import io.perennial.soak.work.SessionProbe;
import io.perennial.soak.work.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Waits after each storm until every session is CONNECTED and answers, and measures how long each took.
 *
 * <p>The bound is the sum of what may legitimately happen one after another once the network and the servers are
 * healed: the longest session timeout (12 s), after which a connection that was lost silently is given up; the longest
 * pause before the next attempt (5 s); the slow retry of a request that broke its connection several times (15 s); and
 * a restoration on a machine with two cores and nine JVMs (8 s).
 */
final class Recoveries {
    static final Duration BOUND = Duration.ofSeconds(40);

    /** Servers without their data refuse clients that have seen more, until these have given up their sessions. */
    static final Duration BOUND_AFTER_DATA = Duration.ofSeconds(60);

    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final String JUDGE = "recovery";

    private final List<Duration> all = new ArrayList<>();

    /** Waits until one look finds all well; reports those that are not within the bound. */
    List<Finding> await(List<Worker> workers, long healed, Duration bound) {
        Map<String, Long> well = new HashMap<>();
        while (true) {
            List<SessionProbe> probes = probe(workers);
            long now = System.nanoTime();
            probes.stream().filter(SessionProbe::isWell).forEach(probe -> well.putIfAbsent(probe.name(), now));
            List<SessionProbe> ill =
                    probes.stream().filter(probe -> !probe.isWell()).toList();
            if (ill.isEmpty()) {
                well.values().forEach(at -> add(Duration.ofNanos(at - healed)));
                return List.of();
            } else if (now - healed > bound.toNanos()) {
                return ill.stream().map(probe -> finding(probe, bound)).toList();
            }
            sleep();
        }
    }

    void add(Duration recovery) {
        all.add(recovery);
    }

    /** How long the session took for which this part of all was faster. */
    Duration percentile(double part) {
        List<Duration> sorted = all.stream().sorted().toList();
        return sorted.isEmpty()
                ? Duration.ZERO
                : sorted.get((int) Math.min(sorted.size() - 1L, Math.round(part * sorted.size())));
    }

    int count() {
        return all.size();
    }

    private static List<SessionProbe> probe(List<Worker> workers) {
        List<CompletableFuture<List<SessionProbe>>> answers = workers.stream()
                .map(worker -> CompletableFuture.supplyAsync(worker::probe, action -> start(worker, action)))
                .toList();
        return answers.stream()
                .map(CompletableFuture::join)
                .flatMap(List::stream)
                .toList();
    }

    private static void start(Worker worker, Runnable action) {
        new Thread(action, "soak-probe-" + worker.index()).start();
    }

    private static Finding finding(SessionProbe probe, Duration bound) {
        return new Finding(
                JUDGE,
                ("session %s (0x%x, generation %d) is not well %s after everything was healed: %s; state %s, answers"
                                + " after %s, %s and %s")
                        .formatted(
                                probe.name(),
                                probe.sessionId(),
                                probe.generation(),
                                bound,
                                probe.failure(),
                                probe.state(),
                                probe.synchronous(),
                                probe.background(),
                                probe.callback()));
    }

    private static void sleep() {
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for sessions", e);
        }
    }
}
