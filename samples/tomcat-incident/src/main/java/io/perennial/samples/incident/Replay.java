package io.perennial.samples.incident;

import io.perennial.samples.server.Directories;
import io.perennial.samples.server.Relay;
import io.perennial.samples.server.Server;
import io.perennial.samples.terminal.Durations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.catalina.LifecycleException;
import org.jspecify.annotations.Nullable;

/**
 * The course of events: the applications open their sessions, their starts fail, the server restarts, time passes.
 * Everything but the deployment happens on one thread, which looks at all applications ten times a second.
 */
final class Replay {
    private static final String LOG = "tomcat.log";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** How long the healthy state is shown. */
    private static final Duration LEAD = Duration.ofSeconds(3);

    private static final Duration OUTAGE = Duration.ofSeconds(1);
    private static final Duration DROP = Duration.ofMillis(300);
    private static final long INTERVAL_MILLIS = 100;
    private static final double COLLECTION_INTERVAL_SECONDS = 1;

    private final Script script;
    private final Path libraries;
    private final @Nullable Path log;
    private final Timeline timeline;
    private final Stopwatch clock = Stopwatch.start();
    private final List<Subject> subjects = new ArrayList<>();
    private double collectedAt;

    /**
     * A replay to be run once.
     *
     * @param libraries where the applications' libraries are
     * @param log where to keep the log; null: nowhere
     */
    Replay(Script script, Path libraries, @Nullable Path log, Timeline timeline) {
        this.script = script;
        this.libraries = libraries;
        this.log = log;
        this.timeline = timeline;
    }

    Report run() throws IOException, InterruptedException, LifecycleException {
        Path directory = Files.createTempDirectory("perennial-incident-");
        Report report;
        try (var server = new Server(Files.createDirectory(directory.resolve("zookeeper")));
                var tomcatLog = new TomcatLog(directory.resolve(LOG), this::variantOn)) {
            tomcatLog.install();
            server.start();
            report = run(directory, server, tomcatLog);
        } catch (IllegalStateException e) {
            throw new IllegalStateException(e.getMessage() + "; see the log in " + directory, e);
        }
        if (log != null) {
            Files.copy(directory.resolve(LOG), log, StandardCopyOption.REPLACE_EXISTING);
        }
        Directories.delete(directory);
        return report;
    }

    private Report run(Path directory, Server server, TomcatLog tomcatLog)
            throws IOException, InterruptedException, LifecycleException {
        var moment = new CyclicBarrier(Variant.values().length + 1);
        try (var container = new Container(Files.createDirectory(directory.resolve("tomcat")))) {
            container.start();
            for (Variant variant : Variant.values()) {
                var relay = new Relay(server.port());
                var application = new WebApplication(variant, directory.resolve("shop-" + variant.key()));
                application.write(libraries, relay.address());
                subjects.add(new Subject(variant, relay, application, container, moment));
            }
            subjects.forEach(Subject::deploy);
            return observe(server, tomcatLog, moment);
        } finally {
            for (Subject subject : subjects) {
                subject.close();
            }
        }
    }

    private Report observe(Server server, TomcatLog tomcatLog, CyclicBarrier moment)
            throws IOException, InterruptedException {
        awaitRegistered(server, moment);
        if (script.mode() == Mode.GHOST) {
            dropConnections();
        }
        double beganAt = clock.seconds();
        timeline.registered();
        look(server, tomcatLog, LEAD);

        double failedAt = clock.seconds();
        timeline.failed(failedAt);
        fail(moment);
        look(server, tomcatLog, script.restartAfter());

        timeline.stopped(clock.seconds());
        cut();
        server.stop();
        look(server, tomcatLog, OUTAGE);
        server.start();
        double restartedAt = clock.seconds();
        mend();
        timeline.restarted(restartedAt);
        look(server, tomcatLog, script.observe());

        double endedAt = clock.seconds();
        List<Course> courses = subjects.stream()
                .map(subject -> subject.course(clock, failedAt))
                .toList();
        return Report.of(script, beganAt - failedAt, restartedAt - failedAt, endedAt - failedAt, courses);
    }

    private void awaitRegistered(Server server, CyclicBarrier moment) throws IOException, InterruptedException {
        await("all applications have registered", () -> {
            subjects.stream().filter(Subject::isOver).findAny().ifPresent(subject -> {
                throw new IllegalStateException(
                        "application " + subject.variant().key() + " has failed before its time");
            });
            return moment.getNumberWaiting() == subjects.size()
                    && subjects.stream()
                            .allMatch(s -> server.hasNode(s.variant().node()));
        });
    }

    private void dropConnections() throws IOException, InterruptedException {
        int[] before =
                subjects.stream().mapToInt(s -> s.relay().accepted().size()).toArray();
        cut();
        Thread.sleep(DROP.toMillis());
        mend();
        await("all applications have reconnected", () -> {
            for (int i = 0; i < before.length; i++) {
                Relay relay = subjects.get(i).relay();
                if (relay.accepted().size() == before[i] || relay.open() == 0) {
                    return false;
                }
            }
            return true;
        });
    }

    private static void fail(CyclicBarrier moment) throws InterruptedException {
        try {
            moment.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException("an application does not wait for its failure", e);
        }
    }

    private void look(Server server, TomcatLog tomcatLog, Duration length) throws InterruptedException {
        double until = clock.seconds() + length.toMillis() / 1e3;
        while (clock.seconds() < until) {
            if (clock.seconds() - collectedAt > COLLECTION_INTERVAL_SECONDS) {
                System.gc(); // so that what can be collected is
                collectedAt = clock.seconds();
            }
            double now = clock.seconds();
            for (Subject subject : subjects) {
                Sample sample = subject.look(clock, server, tomcatLog);
                timeline.seen(
                        now,
                        subject.variant(),
                        sample,
                        subject.relay().accepted().size());
            }
            timeline.row(now);
            Thread.sleep(INTERVAL_MILLIS);
        }
    }

    private void cut() throws IOException {
        for (Subject subject : subjects) {
            subject.relay().cut();
        }
    }

    private void mend() throws IOException {
        for (Subject subject : subjects) {
            subject.relay().mend();
        }
    }

    private @Nullable Variant variantOn(Thread thread) {
        return subjects.stream()
                .filter(subject -> subject.isRunBy(thread))
                .map(Subject::variant)
                .findFirst()
                .orElse(null);
    }

    private void await(String what, BooleanSupplier condition) throws IOException, InterruptedException {
        double deadline = clock.seconds() + PATIENCE.toSeconds();
        while (!condition.getAsBoolean()) {
            if (clock.seconds() > deadline) {
                throw new IOException("not within " + Durations.format(PATIENCE) + ": " + what);
            }
            Thread.sleep(INTERVAL_MILLIS);
        }
    }
}
