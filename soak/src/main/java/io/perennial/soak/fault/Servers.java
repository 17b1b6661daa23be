package io.perennial.soak.fault;

import io.perennial.soak.history.RunDirectory;
import io.perennial.test.ServerProcess;
import io.perennial.test.ZooKeeperEnsemble;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Carries out the faults of the servers and of their data, and heals them. Confined to one thread at a time. */
public final class Servers implements AutoCloseable {
    /** How long a rolling restart waits for one server before it goes on to the next all the same. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final ZooKeeperEnsemble ensemble;
    private final RunDirectory directory;
    private final Map<Fault, Integer> leaders = new HashMap<>();
    private int epoch = 1;

    /**
     * Takes over an ensemble.
     *
     * @param ensemble serving
     * @param directory where the data go before they are exchanged
     */
    public Servers(ZooKeeperEnsemble ensemble, RunDirectory directory) {
        this.ensemble = ensemble;
        this.directory = directory;
    }

    /** Past the proxies. */
    public ZooKeeperEnsemble ensemble() {
        return ensemble;
    }

    void begin(Fault fault) {
        switch (fault.verb()) {
            case RESTART -> indexes(fault).forEach(this::restart);
            case STOP -> indexes(fault).forEach(index -> server(index).stop());
            case KILL -> indexes(fault).forEach(index -> server(index).kill());
            case PAUSE -> indexes(fault).forEach(this::pause);
            case KILL_LEADER -> server(leader(fault)).kill();
            case PAUSE_LEADER -> pause(leader(fault));
            case ROLLING_RESTART -> restartAll();
            case CHANGE_LIMIT -> changeLimit(fault.detail());
            case WIPE -> wipe(System.nanoTime());
            case RESTORE_BACKUP -> backUp();
            default -> throw new IllegalArgumentException("nothing of servers: " + fault);
        }
    }

    void end(Fault fault) {
        switch (fault.verb()) {
            case STOP, KILL -> indexes(fault).forEach(index -> server(index).launch());
            case PAUSE -> indexes(fault).forEach(this::resume);
            case KILL_LEADER -> server(leader(fault)).launch();
            case PAUSE_LEADER -> resume(leader(fault));
            case RESTORE_BACKUP -> restoreBackup();
            default -> {
                // Over already.
            }
        }
    }

    /** Has every server run and serve; takes as long as an election. */
    void heal() {
        IntStream.range(0, ensemble.size()).forEach(this::resume);
        ensemble.launchAll();
        ensemble.waitForQuorum();
        leaders.clear();
    }

    /** Ends a session; at the leader, because the others may be paused. */
    void expire(long sessionId) {
        int leader = findLeader().orElseThrow(() -> new IllegalStateException("no leader at the moment"));
        server(leader).expireSession(sessionId);
    }

    /**
     * Has the servers begin with nothing, and serve.
     *
     * @param from what was seen of them since then is void, on the clock of {@code System.nanoTime}
     */
    public void startAnew(long from) {
        wipe(from);
        heal();
    }

    /** Stops the servers for good and copies what they have written. */
    public void finish() {
        long from = System.nanoTime();
        ensemble.stop();
        archive();
        directory.writeGap(epoch, new RunDirectory.Gap(from, System.nanoTime()));
    }

    @Override
    public void close() {
        ensemble.close();
    }

    private Stream<Integer> indexes(Fault fault) {
        return fault.isForAll() ? IntStream.range(0, ensemble.size()).boxed() : Stream.of(fault.target());
    }

    private ServerProcess server(int index) {
        return ensemble.server(index);
    }

    /** The leader when the fault began, or any server if there was none. */
    private int leader(Fault fault) {
        return leaders.computeIfAbsent(fault, f -> findLeader().orElse(f.isForAll() ? 0 : f.target()));
    }

    private Optional<Integer> findLeader() {
        return IntStream.range(0, ensemble.size())
                .boxed()
                .filter(index -> server(index).mode().equals(Optional.of("leader")))
                .findFirst();
    }

    private void pause(int index) {
        if (server(index).isAlive() && !server(index).isPaused()) {
            server(index).pause();
        }
    }

    private void resume(int index) {
        if (server(index).isAlive() && server(index).isPaused()) {
            server(index).resume();
        }
    }

    private void restart(int index) {
        server(index).stop();
        server(index).launch();
    }

    /** One by one, the leader last. */
    private void restartAll() {
        int leader = findLeader().orElse(0);
        IntStream.range(0, ensemble.size()).filter(index -> index != leader).forEach(this::restartAndWait);
        restartAndWait(leader);
    }

    private void restartAndWait(int index) {
        restart(index);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (server(index).mode().isEmpty() && System.nanoTime() < deadline) {
            sleep(PAUSE);
        }
    }

    private void changeLimit(int millis) {
        IntStream.range(0, ensemble.size()).forEach(index -> server(index).configure("maxSessionTimeout=" + millis));
        restartAll();
    }

    private void wipe(long from) {
        ensemble.stop();
        archive();
        ensemble.wipe();
        nextEpoch(from);
    }

    private void backUp() {
        ensemble.backUp();
        ensemble.launchAll();
        ensemble.waitForQuorum();
    }

    private void restoreBackup() {
        long from = System.nanoTime();
        ensemble.stop();
        archive();
        ensemble.restoreBackup();
        nextEpoch(from);
    }

    private void nextEpoch(long from) {
        directory.writeGap(epoch, new RunDirectory.Gap(from, System.nanoTime()));
        epoch++;
    }

    private void archive() {
        for (int index = 0; index < ensemble.size(); index++) {
            copy(server(index).data(), directory.epoch(epoch).resolve("server-" + index));
        }
    }

    /** Copies the servers' own logs, as they are now, to where everything of the run is. */
    public void keepLogs() {
        for (int index = 0; index < ensemble.size(); index++) {
            Path log = server(index).log();
            if (Files.exists(log)) {
                copy(log, directory.path().resolve("server-" + index + ".log"));
            }
        }
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> walk = Files.walk(from)) {
            Files.createDirectories(to.getParent());
            for (Path each : (Iterable<Path>) walk::iterator) {
                Files.copy(each, to.resolve(from.relativize(each).toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void sleep(Duration length) {
        try {
            Thread.sleep(length.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in a storm", e);
        }
    }
}
