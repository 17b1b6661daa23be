package io.perennial.soak.fault;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Plays rounds: begins and ends each fault at its time, and heals everything at the end.
 *
 * <p>Faults of the network take effect at once, on the calling thread. Those of the servers take their time, in the
 * order of the schedule, on one thread; those of clients on one each.
 */
public final class Storm implements AutoCloseable {
    private static final String WHO = "storm";
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final Network network;
    private final Servers servers;
    private final Clients clients;
    private final Chronicle chronicle;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Map<Verb, Integer> counts = new EnumMap<>(Verb.class);

    private final ExecutorService serverHand =
            Executors.newSingleThreadExecutor(action -> new Thread(action, "soak-servers"));
    private final ExecutorService clientHands =
            Executors.newCachedThreadPool(action -> new Thread(action, "soak-clients"));

    /** For all rounds of a run. */
    public Storm(Network network, Servers servers, Clients clients, Chronicle chronicle) {
        this.network = network;
        this.servers = servers;
        this.clients = clients;
        this.chronicle = chronicle;
    }

    private record Event(Duration at, boolean begin, Fault fault) {}

    /**
     * Plays a round and heals.
     *
     * @param round its faults
     * @return when everything was well again, on the clock of {@code System.nanoTime}
     */
    public long play(Round round) {
        long start = System.nanoTime();
        List<Future<?>> underWay = new ArrayList<>();
        for (Event event : events(round)) {
            sleepUntil(start + event.at().toNanos());
            underWay.add(play(event));
        }
        sleepUntil(start + round.length().toNanos());
        return heal(underWay);
    }

    /** How many faults have taken effect, by kind. */
    public Map<Verb, Integer> counts() {
        synchronized (lock) {
            return new EnumMap<>(counts);
        }
    }

    @Override
    public void close() {
        serverHand.shutdownNow();
        clientHands.shutdownNow();
    }

    private static List<Event> events(Round round) {
        List<Event> events = new ArrayList<>();
        for (Fault fault : round.faults()) {
            events.add(new Event(fault.offset(), true, fault));
            events.add(new Event(fault.end(), false, fault));
        }
        events.sort(Comparator.comparing(Event::at));
        return events;
    }

    private Future<?> play(Event event) {
        Fault fault = event.fault();
        return switch (fault.verb().place()) {
            case NETWORK -> {
                attempt(event, () -> {
                    if (event.begin()) {
                        network.begin(fault);
                    } else {
                        network.end(fault);
                    }
                });
                yield CompletableFuture.completedFuture(null);
            }
            case SERVERS, DATA ->
                serverHand.submit(() -> attempt(event, () -> {
                    if (event.begin()) {
                        servers.begin(fault);
                    } else {
                        servers.end(fault);
                    }
                }));
            case SESSION, CLIENT ->
                event.begin()
                        ? (fault.verb() == Verb.EXPIRE_AT_SERVER ? serverHand : clientHands)
                                .submit(() -> attempt(event, () -> disturb(fault)))
                        : CompletableFuture.completedFuture(null);
        };
    }

    private void disturb(Fault fault) {
        switch (fault.verb()) {
            case STALL -> clients.stall(fault.target(), fault.length());
            case EXPIRE_AT_CLIENT -> clients.expireAtClient(fault.target());
            case EXPIRE_AT_SERVER -> servers.expire(clients.sessionId(fault.target()));
            default -> throw new IllegalArgumentException("nothing of clients: " + fault);
        }
    }

    /** A fault that cannot be, because of the others, is noted and left out. */
    private void attempt(Event event, Runnable deed) {
        String what = (event.begin() ? "begin " : "end   ") + event.fault();
        try {
            deed.run();
            chronicle.note(WHO, what);
            if (event.begin()) {
                synchronized (lock) {
                    counts.merge(event.fault().verb(), 1, Integer::sum);
                }
            }
        } catch (RuntimeException | AssertionError e) {
            chronicle.note(WHO, what + " had no effect: " + e);
        }
    }

    private long heal(List<Future<?>> underWay) {
        chronicle.note(WHO, "healing");
        underWay.forEach(Storm::join);
        join(serverHand.submit(servers::heal));
        network.heal();
        long healed = System.nanoTime();
        chronicle.note(WHO, "healed");
        return healed;
    }

    private static void join(Future<?> deed) {
        try {
            deed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the servers could not be healed", e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("a fault did not end within " + PATIENCE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in a storm", e);
        }
    }

    private static void sleepUntil(long nanos) {
        long millis = (nanos - System.nanoTime()) / 1_000_000;
        try {
            if (millis > 0) {
                Thread.sleep(millis);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in a storm", e);
        }
    }
}
