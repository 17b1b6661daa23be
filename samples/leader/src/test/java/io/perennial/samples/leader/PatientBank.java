package io.perennial.samples.leader;

import io.perennial.samples.leader.Bank.Request;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A bank that can keep whoever asks waiting for its answer, when it has paid. */
final class PatientBank implements AutoCloseable {
    private final Map<String, Delay> delays = new ConcurrentHashMap<>(); // by job
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Bank bank = new Bank(0, this::beforeAnswer);

    PatientBank() throws IOException {}

    /** The first request for one job. */
    static final class Delay {
        private final CompletableFuture<Request> arrived = new CompletableFuture<>();
        private final CompletableFuture<Void> over = new CompletableFuture<>();

        Request awaitRequest() throws Exception {
            return arrived.get(1, TimeUnit.MINUTES);
        }

        void end() {
            over.complete(null);
        }
    }

    Delay delay(String job) {
        var delay = new Delay();
        delays.put(job, delay);
        return delay;
    }

    URI address() {
        return bank.address();
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    private void beforeAnswer(Request request) {
        requests.add(request);
        Delay delay = delays.get(request.job());
        if (delay != null && delay.arrived.complete(request)) {
            delay.over.join();
        }
    }

    @Override
    public void close() {
        delays.values().forEach(Delay::end);
        bank.close();
    }
}
