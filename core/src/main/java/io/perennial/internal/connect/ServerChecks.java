package io.perennial.internal.connect;

import io.perennial.internal.engine.Ticker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Looks ahead of one handle's attempts to connect, and knows the outcome of the last: whether any server was there, and
 * for a server that was there and gave no session, whether it hung up or said nothing.
 *
 * <p>Concurrency: used by the handle's SendThread; {@link #reachability} and {@link #close} from anywhere.
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
    /** A server that accepted a connection before the attempt under way, and has not been heard from yet. */
    private volatile @Nullable Endpoint tried;
    /** Confined to the SendThread, as the next: when the attempt under way began. */
    private long attemptBegunAt;
    /** How long it takes when it meets silence. It may have other servers than there are at its end. */
    private Duration silentFrom = HANG_UP_WITHIN;
    /** That of the last look. */
    private Duration patience = Duration.ZERO;

    ServerChecks(ServerList servers, Probe probe, Attempts attempts, Duration connectTimeout, Ticker ticker) {
        this.servers = servers;
        this.probe = probe;
        this.attempts = attempts;
        this.connectTimeout = connectTimeout;
        this.ticker = ticker;
    }

    /** Checks whether it answers; for a server that has let us down before, also what it answers. */
    void lookAt(Endpoint server, InetSocketAddress address) throws IOException {
        long begun = ticker.nanos();
        tried = null;
        patience = attempts.patience(server, connectTimeout);
        String answer = null;
        try {
            if (attempts.hasLetDown(server)) {
                answer = probe.listen(address, patience, attempts.listening());
            } else {
                probe.connect(address, patience);
            }
        } catch (SocketTimeoutException e) {
            attempts.silent(server);
            throw e;
        } catch (IOException e) {
            if (Reason.isRefusal(e)) {
                attempts.refused(server, Duration.ofNanos(ticker.nanos() - begun));
            }
            throw e;
        }
        reachability = Reachability.REACHABLE;
        attempts.reached(server, Duration.ofNanos(ticker.nanos() - begun));
        if (answer == null) {
            tried = server;
        } else {
            note(server, Reason.of(answer));
        }
    }

    /** A server is not there, or its name cannot be resolved. */
    void failed(Endpoint server, IOException e) {
        tried = null; // If another was looked at before, and not tried because it was no longer listed.
        note(server, Reason.of(e, connectTimeout, patience.compareTo(connectTimeout) < 0));
        reachability = Reachability.UNREACHABLE;
    }

    /** The fate of a server that is no longer listed does not matter. */
    private void note(Endpoint server, Reason reason) {
        if (servers.lists(server)) {
            attempts.failed(server, reason);
        }
    }

    /**
     * The client is let through.
     *
     * @param clientsPatience its connect timeout, after which it gives up on a silent server
     */
    void attempt(Duration clientsPatience) {
        attemptBegunAt = ticker.nanos();
        silentFrom = silence(clientsPatience);
    }

    /** The client asks for another server: the last attempt, if it met one, has failed. */
    void concludeAttempt() {
        Endpoint server = tried;
        tried = null;
        if (server != null) {
            Duration took = Duration.ofNanos(ticker.nanos() - attemptBegunAt);
            note(server, took.compareTo(silentFrom) >= 0 ? SILENT : HANGS_UP);
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
        reachability = Reachability.UNKNOWN;
        return attemptBegunAt;
    }

    Reachability reachability() {
        return reachability;
    }

    /** Ends a look under way, and lets none begin. */
    void close() {
        probe.close();
    }
}
