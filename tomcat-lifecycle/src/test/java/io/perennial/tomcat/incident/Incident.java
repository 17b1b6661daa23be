package io.perennial.tomcat.incident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.test.EmbeddedServer;
import io.perennial.test.IndependentClient;
import io.perennial.tomcat.incident.Row.ServerState;
import io.perennial.tomcat.testing.JdkSlots;
import io.perennial.tomcat.testing.RealTomcat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.core.ConditionFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Many web applications side by side in one Tomcat. All end, the server restarts, and what is left is observed for a
 * quarter of a minute, for all of them at once.
 */
final class Incident implements AutoCloseable {
    static final Duration PROMISED = Duration.ofSeconds(5);
    static final Duration OBSERVED = Duration.ofSeconds(15);

    private static final Duration PATIENCE = PROMISED.multipliedBy(2);
    private static final Logger LOG = LoggerFactory.getLogger(Incident.class);

    private final EmbeddedServer server = EmbeddedServer.start();
    private final IndependentClient observer = new IndependentClient(server.connectString());
    private final LeakWarnings warnings = new LeakWarnings();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> new Thread(task, "deployer"));
    private final RealTomcat tomcat;
    private final Site site;
    private final List<Case> cases = new ArrayList<>();
    private final List<Case> newVersions = new ArrayList<>();
    private final Map<Row, Outcome> outcomes = new LinkedHashMap<>();

    Incident(Path directory) {
        tomcat = new RealTomcat(directory).start();
        site = new Site(directory, server, tomcat, warnings);
    }

    Outcome outcome(Row row) {
        return outcomes.get(row);
    }

    int newConnections(Row row) {
        return cases.stream()
                .filter(one -> one.row().equals(row))
                .mapToInt(Case::newConnections)
                .sum();
    }

    List<String> unableToLook() {
        return warnings.unableToLook();
    }

    /** The applications that were to run on beside those that ended. */
    void awaitNewVersions() {
        patiently().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(newVersions)
                .isNotEmpty()
                .hasSameSizeAs(cases.stream()
                        .filter(one -> one.row().way() == Way.PARALLEL_DEPLOYMENT)
                        .toList())
                .allMatch(one -> one.isRegistered(observer)));
    }

    /** The applications of one state of the server; those that are to run on beside them stay. */
    void happen(ServerState state, List<Row> rows) {
        List<Case> batch = open(rows);
        if (state == ServerState.DOWN) {
            server.stop();
        }
        batch.forEach(one -> one.end(threads));
        if (state == ServerState.RESTARTED) {
            batch.forEach(one -> patiently().atMost(Duration.ofMinutes(1)).until(one::hasEnded));
            server.restart();
        }
        settle(batch);
        List<Case> rest = batch.stream()
                .filter(one -> !one.row().isControl())
                .filter(Case::hasMoreToEnd)
                .toList();
        if (server.isRunning()) {
            rest.stream()
                    .filter(one -> outcomes.get(one.row()).overdue().isEmpty())
                    .forEach(one -> one.awaitReopen(observer));
        }
        rest.forEach(one -> one.endWhatIsLeft(threads));
        settle(rest);
        awaitLoaders(batch);
        List<Thread> running = running();
        batch.forEach(one -> {
            one.markConnections();
            outcomes.get(one.row()).soonAfter(one.allSymptoms(running));
            LOG.info("{}: {}", one, outcomes.get(one.row()));
        });
    }

    private List<Case> open(List<Row> rows) {
        List<Case> batch = new ArrayList<>();
        List<Case> beside = new ArrayList<>();
        for (Row row : rows) {
            Case one = new Case(row, "r" + (cases.size() + batch.size()), site);
            batch.add(one);
            outcomes.put(row, new Outcome());
            if (row.way() == Way.PARALLEL_DEPLOYMENT) {
                beside.add(one.newVersion());
            }
        }
        cases.addAll(batch);
        newVersions.addAll(beside);
        batch.forEach(one -> one.deploy(threads));
        beside.forEach(one -> one.deploy(threads));
        batch.forEach(one -> one.awaitOpen(observer));
        beside.forEach(one -> one.awaitOpen(observer));
        return batch;
    }

    /**
     * Waits until nothing of them runs, or until that takes too long; those without the library just get their time.
     */
    private void settle(List<Case> batch) {
        List<Case> pending = new ArrayList<>(batch);
        patiently()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    List<Thread> running = running();
                    pending.removeIf(one -> one.hasEnded() && isSettled(one, running));
                    return pending.isEmpty();
                });
    }

    private boolean isSettled(Case one, List<Thread> running) {
        Map<Symptom, String> symptoms = one.symptoms(running);
        Outcome outcome = outcomes.get(one.row());
        if (one.row().isControl()) {
            outcome.overdue(symptoms);
            return one.sinceEnd().compareTo(PROMISED) > 0;
        }
        if (symptoms.isEmpty()) {
            outcome.gone(one.sinceEnd());
            return true;
        }
        if (one.sinceEnd().compareTo(PATIENCE) > 0) {
            outcome.overdue(symptoms);
            return true;
        }
        return false;
    }

    private void awaitLoaders(List<Case> batch) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        patiently().atMost(PATIENCE.multipliedBy(3)).until(() -> {
            collect();
            return System.nanoTime() > deadline
                    || batch.stream().filter(one -> !one.row().isControl()).allMatch(Case::areLoadersCollected);
        });
    }

    /** Restarts the server and waits. */
    void observe() {
        server.restart();
        cases.forEach(Case::markConnections);
        patiently().pollDelay(OBSERVED).atMost(OBSERVED.multipliedBy(2)).until(() -> true);
        collect();
        List<Thread> running = running();
        cases.forEach(one -> {
            outcomes.get(one.row()).longAfter(one.allSymptoms(running));
            LOG.info("{}: {}", one, outcomes.get(one.row()));
        });
    }

    private static void collect() {
        JdkSlots.reset();
        System.gc();
    }

    private static List<Thread> running() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .toList();
    }

    /** Threads of orphans end in ways of their own, and that is for the checks to see. */
    private static ConditionFactory patiently() {
        return await().dontCatchUncaughtExceptions();
    }

    /** Ends the orphans too. */
    @Override
    public void close() {
        cases.forEach(Case::letGo);
        newVersions.forEach(Case::letGo);
        cases.stream().filter(one -> one.row().isControl()).forEach(Case::reap);
        tomcat.close();
        cases.forEach(Case::close);
        newVersions.forEach(Case::close);
        threads.shutdownNow();
        warnings.close();
        observer.close();
        server.close();
    }
}
