package io.perennial.soak;

import io.perennial.soak.fault.Clients;
import io.perennial.soak.fault.Draw;
import io.perennial.soak.history.RunDirectory;
import io.perennial.soak.work.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The client JVMs of a run. Sessions are numbered from 0 across all of them. */
final class WorkingClients implements Clients, AutoCloseable {
    static final int SESSIONS_EACH = 4;

    private static final List<String> JVM =
            List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.net.preferIPv4Stack=true");

    private final List<Worker> workers;

    private WorkingClients(List<Worker> workers) {
        this.workers = List.copyOf(workers);
    }

    static WorkingClients start(Settings settings, String connectString, List<String> names, RunDirectory directory) {
        List<Worker> workers = new ArrayList<>();
        try {
            for (int index = 0; index < settings.clients(); index++) {
                long seed = Draw.seedOf(settings.seed(), index);
                List<String> options = Stream.of(JVM, names, flight(directory, index))
                        .flatMap(List::stream)
                        .toList();
                workers.add(Worker.start(index, connectString, seed, directory, options));
            }
            workers.forEach(Worker::awaitStart);
            return new WorkingClients(workers);
        } catch (RuntimeException | Error e) {
            workers.forEach(Worker::close);
            throw e;
        }
    }

    /** With {@code -Dsoak.flight=true} each records itself, to be drawn by the journal page. */
    private static List<String> flight(RunDirectory directory, int index) {
        return Failures.isRecorded()
                ? List.of("-XX:StartFlightRecording=maxsize=50m,dumponexit=true,filename="
                        + directory.flight(index).toAbsolutePath())
                : List.of();
    }

    List<Worker> workers() {
        return workers;
    }

    @Override
    public void expireAtClient(int session) {
        worker(session).expireAtClient(session % SESSIONS_EACH);
    }

    @Override
    public long sessionId(int session) {
        return worker(session).sessionIds().get(session % SESSIONS_EACH);
    }

    @Override
    public void stall(int client, Duration length) {
        workers.get(client).stall(length);
    }

    void pause() {
        inParallel(Worker::pause);
    }

    void work() {
        inParallel(Worker::work);
    }

    /** In an orderly way. */
    void end() {
        inParallel(Worker::end);
    }

    @Override
    public void close() {
        workers.forEach(Worker::close);
    }

    private Worker worker(int session) {
        return workers.get(session / SESSIONS_EACH);
    }

    private void inParallel(Consumer<Worker> deed) {
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = IntStream.range(0, workers.size())
                .mapToObj(index -> new Thread(
                        () -> {
                            try {
                                deed.accept(workers.get(index));
                            } catch (RuntimeException | Error e) {
                                failures.add(e);
                            }
                        },
                        "soak-worker-" + index))
                .toList();
        threads.forEach(Thread::start);
        threads.forEach(WorkingClients::join);
        if (!failures.isEmpty()) {
            throw new IllegalStateException("a client did not do as it was told", failures.get(0));
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while clients were told", e);
        }
    }
}
