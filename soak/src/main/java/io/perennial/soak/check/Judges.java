package io.perennial.soak.check;

import io.perennial.soak.history.Fact;
import io.perennial.soak.history.Histories;
import io.perennial.soak.history.RunDirectory;
import io.perennial.soak.work.ExpectedNode;
import io.perennial.soak.work.ExpectedWatch;
import io.perennial.soak.work.Quiet;
import io.perennial.soak.work.Worker;
import io.perennial.test.IndependentClient;
import io.perennial.test.ZooKeeperEnsemble;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** All judges of a run. Not thread-safe. */
public final class Judges {
    /**
     * Longer than the longest session timeout: ghost nodes must be gone, and sessions that wait for their paths hold
     * them.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    private static final Duration PAUSE = Duration.ofMillis(500);

    private final RunDirectory directory;
    private final ResourceJudge resources = new ResourceJudge();
    private final Map<String, Long> figures = new TreeMap<>();
    private int exchanges;
    private long backupsEnd;

    /**
     * Before anything has happened.
     *
     * @param directory of the run
     */
    public Judges(RunDirectory directory) {
        this.directory = directory;
    }

    /**
     * Whether the servers themselves agree; where they do not, their clients cannot be judged. Takes seconds when they
     * do not.
     *
     * @param servers past the proxies; well
     * @return what differs, for people; empty when nothing does
     */
    public Optional<String> difference(ZooKeeperEnsemble servers) {
        try {
            return Agreement.difference(List.of(servers.connectString().split(",", -1)));
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * Looks in a quiet moment: every session is well, the workers are paused, the network and the servers are well.
     * Takes three quarters of a minute at most.
     *
     * @param workers paused
     * @param servers past the proxies
     * @return what must not be
     */
    public List<Finding> look(List<Worker> workers, ZooKeeperEnsemble servers) {
        List<Finding> findings = new ArrayList<>();
        try (IndependentClient client = new IndependentClient(servers.connectString())) {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            List<Finding> now = compare(workers, servers, client);
            while (!now.isEmpty() && System.nanoTime() < deadline) {
                Thread.sleep(PAUSE.toMillis());
                now = compare(workers, servers, client);
            }
            findings.addAll(now);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        for (Worker worker : workers) {
            findings.addAll(resources.look(worker.index(), worker.resources()));
        }
        return findings;
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted", e);
    }

    private List<Finding> compare(List<Worker> workers, ZooKeeperEnsemble servers, IndependentClient client)
            throws InterruptedException {
        List<ExpectedNode> nodes = new ArrayList<>();
        List<ExpectedWatch> watches = new ArrayList<>();
        List<Finding> findings = new ArrayList<>();
        Set<Long> live = new HashSet<>();
        for (Worker worker : workers) {
            Quiet quiet = worker.quiet();
            nodes.addAll(quiet.nodes());
            watches.addAll(quiet.watches());
            quiet.unfinished().forEach(what -> findings.add(new Finding("endings", "has not ended: " + what)));
            live.addAll(worker.sessionIds());
        }
        ServerView view = ServerView.read(client, servers.sessionIds());
        findings.addAll(NodeJudge.judge(view, nodes, live, backupsEnd(view)));
        findings.addAll(WatchJudge.judge(view, watches));
        return findings;
    }

    /** Of the last data that were put in place; nothing before that. */
    private long backupsEnd(ServerView view) {
        if (directory.epochs() > exchanges) {
            exchanges = directory.epochs();
            backupsEnd = view.presentReign();
        }
        return backupsEnd;
    }

    /**
     * Looks at everything once more, by the histories and the transaction logs: the last epoch has been copied, the
     * clients have ended.
     *
     * @return what must not be
     */
    public List<Finding> finish() {
        List<Epoch> epochs = Epoch.read(directory);
        Gaps gaps = new Gaps(epochs);
        var outcomes = new OutcomeJudge(gaps);
        var transitions = new TransitionJudge();
        List<HistoryJudge> judges = List.of(
                outcomes, new LeaseJudge(epochs), new ExclusionJudge(gaps), transitions, new TellingJudge(gaps));
        Map<Fact.Kind, Long> facts = new TreeMap<>();
        for (int worker = 0; Files.exists(directory.history(worker)); worker++) {
            Histories.read(directory.history(worker), fact -> {
                facts.merge(fact.kind(), 1L, Long::sum);
                judges.forEach(judge -> judge.hear(fact));
            });
        }
        List<Finding> findings = new ArrayList<>(resources.finish());
        Map<Long, String> clients = Clients.of(transitions.holders(), epochs);
        epochs.forEach(epoch -> {
            figures.merge("transactions", (long) epoch.transactions().size(), Long::sum);
            findings.addAll(OwnershipJudge.judge(epoch, clients));
        });
        judges.forEach(judge -> findings.addAll(judge.findings()));
        facts.forEach((kind, count) -> figures.put("facts " + kind, count));
        outcomes.counts().forEach((outcome, count) -> figures.put("writes " + outcome, count));
        return findings;
    }

    /**
     * What was looked at by {@link #finish()}, for the report.
     *
     * @return counts by name
     */
    public Map<String, Long> figures() {
        return Map.copyOf(figures);
    }
}
