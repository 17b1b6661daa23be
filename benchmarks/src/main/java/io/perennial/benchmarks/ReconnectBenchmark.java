package io.perennial.benchmarks;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.curator.test.TestingServer;

/**
 * How soon a session is back: from the moment in which the server serves again, or the connection was cut, to the first
 * answer to a caller that asks all the time, and to {@code CONNECTED}. The server is in this JVM.
 */
public final class ReconnectBenchmark {
    private static final int WARM_UP = 2;
    /** Longer than what counts as a session that is lost at once. */
    private static final long BETWEEN_ROUNDS = 1_500;

    private static final long PAUSE_NANOS = 500_000;
    private static final int PATIENCE = 1_000;
    private static final String SERVES = "Mode:";
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final TestingServer server;
    private final BlockingQueue<Long> connected = new LinkedBlockingQueue<>();

    private ReconnectBenchmark(TestingServer server) {
        this.server = server;
    }

    /**
     * Measures and prints a table.
     *
     * @param args number of rounds; 10 when left out
     * @throws Exception when something fails
     */
    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        Environment.main(new String[0]);
        try (var server = new TestingServer()) {
            var benchmark = new ReconnectBenchmark(server);
            benchmark.outages(300, rounds);
            benchmark.outages(2_000, rounds);
            benchmark.cuts(rounds);
        }
    }

    private interface Trouble {
        /** Returns when it was over. */
        long happen() throws Exception;
    }

    private void outages(long millis, int rounds) throws Exception {
        measure("server away for " + millis + " ms", server.getConnectString(), rounds, () -> {
            server.stop();
            Thread.sleep(millis);
            CompletableFuture<Long> serves = CompletableFuture.supplyAsync(this::whenItServes);
            server.restart();
            return serves.get(1, TimeUnit.MINUTES);
        });
    }

    private void cuts(int rounds) throws Exception {
        try (var relay = new CuttableRelay(server.getPort())) {
            measure("connection cut", relay.connectString(), rounds, () -> {
                long now = System.nanoTime();
                relay.cut();
                return now;
            });
        }
    }

    /** Asked all the time: a server that is starting accepts connections before it serves. */
    private long whenItServes() {
        while (true) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
                if (socket.getLocalPort() == server.getPort()) {
                    continue; // Connected to itself, it would keep the server from its port, whose JVM then exits.
                }
                socket.setSoTimeout(PATIENCE);
                socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
                byte[] answer = socket.getInputStream().readAllBytes();
                if (new String(answer, StandardCharsets.US_ASCII).contains(SERVES)) {
                    return System.nanoTime();
                }
            } catch (IOException e) {
                pauseBriefly();
            }
        }
    }

    /** A port that nobody listens at might connect to itself, if only it is tried often enough. */
    private static void pauseBriefly() {
        LockSupport.parkNanos(PAUSE_NANOS);
    }

    private void measure(String what, String connectString, int rounds, Trouble trouble) throws Exception {
        List<Long> answers = new ArrayList<>();
        List<Long> states = new ArrayList<>();
        try (ResilientSession session = ResilientSession.builder()
                .name("benchmark")
                .connectString(connectString)
                .sessionTimeout(Duration.ofSeconds(30))
                .listener(this::heard)
                .build()
                .start()) {
            awaitConnected(session);
            for (int round = 0; round < WARM_UP + rounds; round++) {
                Thread.sleep(BETWEEN_ROUNDS);
                connected.clear();
                long over = trouble.happen();
                long answered = firstAnswer(session) - over;
                long state = awaitConnected(session) - over;
                System.out.printf(
                        "%s, %s %2d: first answer %7.1f ms, CONNECTED %7.1f ms%n",
                        what, round < WARM_UP ? "warm-up" : "round  ", round, millis(answered), millis(state));
                if (round >= WARM_UP) {
                    answers.add(answered);
                    states.add(state);
                }
            }
        }
        System.out.printf(
                "%s, median and worst of %d: first answer %.1f / %.1f ms, CONNECTED %.1f / %.1f ms%n",
                what,
                rounds,
                millis(median(answers)),
                millis(Collections.max(answers)),
                millis(median(states)),
                millis(Collections.max(states)));
    }

    private void heard(SessionTransition transition) {
        if (transition.to() == SessionState.CONNECTED) {
            connected.add(System.nanoTime());
        }
    }

    private long awaitConnected(ResilientSession session) throws InterruptedException {
        Long at = connected.poll(LONGEST.toNanos(), TimeUnit.NANOSECONDS);
        if (at == null) {
            throw new IllegalStateException("not CONNECTED within " + LONGEST + ": " + session.report());
        }
        return at;
    }

    private static long firstAnswer(ResilientSession session) throws InterruptedException {
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < LONGEST.toNanos()) {
            try {
                session.curator().getZookeeperClient().getZooKeeper().exists("/", false);
                return System.nanoTime();
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                Thread.sleep(1); // Not yet.
            }
        }
        throw new IllegalStateException("no answer within " + LONGEST + ": " + session.report());
    }

    private static long median(List<Long> nanos) {
        List<Long> sorted = nanos.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }
}
