package io.perennial.internal.connect;

import io.perennial.internal.engine.Ticker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Looks ahead of one handle's attempts to connect, and knows the outcome of the last: whether any server was there, and
 * for a server that was there and gave no session, whether it hung up or said nothing.
 *
 * <p>Concurrency: used by the handle's SendThread; the methods without side effects and {@link #close} from anywhere.
 */
final class ServerChecks {
    /** An attempt that took longer met silence. */
    private static final Duration HANG_UP_WITHIN = Duration.ofSeconds(2);
    /** The client sleeps up to a second before it connects, and a moment after it was hung up on. */
    private static final Duration CLIENTS_OWN_PAUSES = Duration.ofMillis(1_200);

    /** Held here so that the class is loaded when an attempt has failed, even in a stopped application. */
    private static final Reason HANGS_UP = Reason.HANGS_UP;

    private static final Reason SILENT = Reason.SILENT;

    private final ServerList servers;
    private final Probe probe;
    private final Attempts attempts;
    private final Duration connectTimeout;
    private final Ticker ticker;

    private volatile Reachability reachability = Reachability.UNKNOWN;
    /** The addresses where the last look was refused, and when. */
    private final Map<InetSocketAddress, Long> refusals = new ConcurrentHashMap<>();
    /** A server that accepted a connection before the attempt under way, and has not been heard from yet. */
    private volatile @Nullable Endpoint tried;
    /** Confined to the SendThread: when the attempt under way began. */
    private long attemptBegunAt;

    ServerChecks(ServerList servers, Probe probe, Attempts attempts, Duration connectTimeout, Ticker ticker) {
        this.servers = servers;
        this.probe = probe;
        this.attempts = attempts;
        this.connectTimeout = connectTimeout;
        this.ticker = ticker;
    }

    /** Checks whether it answers; for a server that has let us down before, also what it answers. */
    void lookAt(Endpoint server, InetSocketAddress address) throws IOException {
        String answer = null;
        if (attempts.hasLetDown(server)) {
            answer = probe.listen(address);
        } else {
            probe.connect(address);
        }
        reachability = Reachability.REACHABLE;
        refusals.remove(address);
        attempts.reached();
        if (answer == null) {
            tried = server;
        } else {
            note(server, Reason.of(answer));
        }
    }

    /**
     * A server is not there, or its name cannot be resolved.
     *
     * @param address where it was looked for, or its unresolved name
     */
    void failed(Endpoint server, InetSocketAddress address, IOException e) {
        note(server, Reason.of(e, connectTimeout));
        if (Reason.isRefusal(e)) {
            refusals.put(address, ticker.nanos());
        } else {
            refusals.remove(address);
        }
        reachability = Reachability.UNREACHABLE;
    }

    /** The fate of a server that is no longer listed does not matter. */
    private void note(Endpoint server, Reason reason) {
        if (servers.lists(server)) {
            attempts.failed(server, reason);
        }
    }

    /** The client is let through. */
    void attempt() {
        attemptBegunAt = ticker.nanos();
    }

    /**
     * The client asks for another server: the last attempt, if it met one, has failed.
     *
     * @param patience the client's connect timeout, after which it gives up on a silent server
     */
    void concludeAttempt(Duration patience) {
        Endpoint server = tried;
        tried = null;
        if (server != null) {
            Duration took = Duration.ofNanos(ticker.nanos() - attemptBegunAt);
            note(server, took.compareTo(silence(patience)) >= 0 ? SILENT : HANGS_UP);
        }
    }

    /** A patience shorter than the client's own pauses shows nothing. */
    private static Duration silence(Duration patience) {
        Duration least = patience.compareTo(HANG_UP_WITHIN) < 0 ? patience : HANG_UP_WITHIN;
        return least.compareTo(CLIENTS_OWN_PAUSES) < 0 ? CLIENTS_OWN_PAUSES : least;
    }

    /**
     * A server has given the session.
     *
     * @return when the attempt that led to it began
     */
    long connected() {
        tried = null;
        refusals.clear();
        reachability = Reachability.UNKNOWN;
        return attemptBegunAt;
    }

    /**
     * Whether every server has refused a connection since then, at each of its addresses, and none has been there after
     * that.
     *
     * @param then by the session's ticker
     */
    boolean allRefuseSince(long then) {
        return servers.all().stream()
                .map(servers::addresses)
                .allMatch(addresses ->
                        !addresses.isEmpty() && addresses.stream().allMatch(address -> isRefusedSince(then, address)));
    }

    private boolean isRefusedSince(long then, InetSocketAddress address) {
        Long refusal = refusals.get(address);
        return refusal != null && refusal - then >= 0;
    }

    Reachability reachability() {
        return reachability;
    }

    /** Ends a look under way, and lets none begin. */
    void close() {
        probe.close();
    }
}
