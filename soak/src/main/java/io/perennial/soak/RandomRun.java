package io.perennial.soak;

import io.perennial.soak.check.Finding;
import io.perennial.soak.check.Judges;
import io.perennial.soak.fault.Chronicle;
import io.perennial.soak.fault.Draw;
import io.perennial.soak.fault.Network;
import io.perennial.soak.fault.Round;
import io.perennial.soak.fault.Schedule;
import io.perennial.soak.fault.Servers;
import io.perennial.soak.fault.Storm;
import io.perennial.soak.history.RunDirectory;
import io.perennial.soak.work.Worker;
import io.perennial.test.ZooKeeperEnsemble;
import io.perennial.test.ZooKeeperServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Conducts a run: storm, healing, recovery, judgement, round after round, until the time is over or something is
 * found. Then the clients end, and the judges check the histories and the servers' transaction logs once more.
 */
public final class RandomRun implements AutoCloseable {
    private static final String WHO = "conductor";
    private static final int SERVERS = 3;
    private static final Duration TICK = Duration.ofMillis(500);

    /** In ticks: after 3 s the quorum goes on without a paused server. */
    private static final int SYNC_LIMIT = 6;

    private final Settings settings;
    private final RunDirectory directory;
    private final Chronicle chronicle;
    private final Servers servers;
    private final Network network;
    private final WorkingClients clients;
    private final Storm storm;
    private final Judges judges;
    private final Recoveries recoveries = new Recoveries();
    private final List<Finding> findings = new ArrayList<>();
    private final Map<String, Long> figures = new HashMap<>();
    private final long start = System.nanoTime();
    private int rounds;
    private long agreed = start;

    private RandomRun(Settings settings) {
        this.settings = settings;
        directory = RunDirectory.anew(settings.directory());
        chronicle = new Chronicle(directory.conductorsHistory());
        servers = new Servers(ensemble(), directory);
        network = new Network(servers.ensemble().ports(), directory.path().resolve("hosts"));
        clients = WorkingClients.start(settings, network.connectString(), network.jvmOptions(), directory);
        storm = new Storm(network, servers, clients, chronicle);
        judges = new Judges(directory);
    }

    /**
     * A whole run.
     *
     * @param settings the run's parameters
     * @return what came of it; everything else is in the run's directory
     */
    public static Outcome run(Settings settings) {
        try (RandomRun run = new RandomRun(settings)) {
            return run.play();
        }
    }

    private static ZooKeeperEnsemble ensemble() {
        return ZooKeeperServers.ensemble(SERVERS)
                .tickTime(TICK)
                .syncLimit(SYNC_LIMIT)
                .maxSessionTimeout(Draw.LIMITS.get(0))
                .start();
    }

    private Outcome play() {
        Schedule.begin(directory.schedule(), settings.seed());
        try {
            add(new Recoveries().await(clients.workers(), System.nanoTime(), Recoveries.BOUND));
            Iterator<Round> coming = Rounds.of(settings, SERVERS);
            while (findings.isEmpty() && coming.hasNext() && !isOver()) {
                play(coming.next());
            }
            sumUp();
            if (findings.isEmpty()) {
                clients.end();
            }
            clients.close();
            servers.finish();
            add(judges.finish());
            judges.figures().forEach((name, count) -> figures.put("judged: " + name, count));
        } catch (RuntimeException | AssertionError e) {
            chronicle.note(WHO, "failed: " + e);
            add(List.of(Failures.finding(WHO, e)));
        }
        return conclude();
    }

    private void play(Round round) {
        rounds = round.number();
        Schedule.add(directory.schedule(), round);
        chronicle.note(WHO, "round " + round.number() + " of " + round.length().toMillis() + " ms");
        long healed = storm.play(round);
        Duration bound = round.isOfData() ? Recoveries.BOUND_AFTER_DATA : Recoveries.BOUND;
        List<Finding> ill = recoveries.await(clients.workers(), healed, bound);
        chronicle.note(WHO, "all well, or not in time");
        if (!ill.isEmpty()) {
            judge(ill, () -> ill);
            return;
        }
        clients.pause();
        judge(ill, () -> judges.look(clients.workers(), servers.ensemble()));
        clients.work();
        chronicle.note(WHO, "judged");
    }

    /** What was found counts when the servers agree. */
    private void judge(List<Finding> ill, Supplier<List<Finding>> verdict) {
        long looked = System.nanoTime();
        Optional<String> difference = judges.difference(servers.ensemble());
        if (difference.isPresent()) {
            declareVoid(difference.get(), ill);
            return;
        }
        agreed = looked;
        add(verdict.get());
    }

    /** The round counts for nothing, whatever was seen in it, and the servers begin with nothing. */
    private void declareVoid(String difference, List<Finding> ill) {
        chronicle.note(WHO, "void, the servers have come to differ: " + difference);
        ill.forEach(finding -> chronicle.note(finding.judge(), "void: " + finding.what()));
        figures.merge("rounds void, as the servers differed", 1L, Long::sum);
        servers.startAnew(agreed);
        agreed = System.nanoTime();
        add(recoveries.await(clients.workers(), agreed, Recoveries.BOUND_AFTER_DATA));
    }

    private boolean isOver() {
        return System.nanoTime() - start > settings.length().toNanos();
    }

    private void add(List<Finding> found) {
        found.forEach(finding -> chronicle.note(finding.judge(), "FOUND " + finding.what()));
        if (!found.isEmpty() && findings.isEmpty()) {
            Failures.keep(clients.workers(), directory);
        }
        findings.addAll(found);
    }

    private void sumUp() {
        for (Worker worker : clients.workers()) {
            worker.figures().forEach((name, count) -> figures.merge(name, count, Long::sum));
        }
    }

    private Outcome conclude() {
        Report report = new Report(settings, directory);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        String text = report.figures(
                new Tally(settings.seed(), rounds, took, storm.counts(), recoveries, new TreeMap<>(figures)));
        if (!findings.isEmpty()) {
            servers.keepLogs();
            text = text + "\n" + report.failure(findings, Timeline.of(directory, settings.clients(), start));
        }
        report.write("report.txt", text);
        return new Outcome(findings, text);
    }

    @Override
    public void close() {
        storm.close();
        clients.close();
        network.close();
        servers.close();
        chronicle.close();
    }
}
