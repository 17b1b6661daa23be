package io.perennial.internal.connect;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Why a server has given no session, for people.
 *
 * @param accepts whether it accepts connections
 * @param text what follows its name and a colon
 */
record Reason(boolean accepts, String text) {
    static final Reason HANGS_UP = new Reason(
            true,
            "accepts connections and hangs up: no quorum, too many connections (maxClientCnxns), or TLS, on one"
                    + " side only or with a certificate that is not trusted or does not name this host; see the"
                    + " server's log");
    static final Reason SILENT = new Reason(
            true, "accepts connections and stays silent: it hangs, is overloaded, or is no ZooKeeper server");
    private static final Reason NO_ANSWER_YET = new Reason(
            false,
            "no answer yet: the host is down, a firewall drops packets, or it has more clients than it can accept at"
                    + " once");
    private static final Reason TLS =
            new Reason(true, "expects TLS: set TLS up in clientConfig, or give the port for connections without it");

    private static final int MOST = 3;
    private static final int TLS_ALERT = 0x15;
    private static final int TLS_HANDSHAKE = 0x16;

    /**
     * It could not be reached.
     *
     * @param gaveUpEarly whether a look had less patience than the connect timeout
     */
    static Reason of(IOException e, Duration connectTimeout, boolean gaveUpEarly) {
        if (e instanceof UnknownHostException) {
            return new Reason(false, "the name cannot be resolved: check it, and the name service");
        }
        if (e instanceof SocketTimeoutException && gaveUpEarly) {
            return NO_ANSWER_YET; // How many milliseconds is of no interest, and would be another for each server.
        }
        if (e instanceof SocketTimeoutException) {
            return new Reason(
                    false,
                    "no answer within " + connectTimeout.toMillis() + " ms: check the network and its firewalls");
        }
        return new Reason(
                false,
                isRefusal(e)
                        ? "refuses connections: does a server run there, at this port?"
                        : String.valueOf(e.getMessage()));
    }

    /** The host is there, and nobody listens. */
    static boolean isRefusal(IOException e) {
        return e instanceof ConnectException && String.valueOf(e.getMessage()).contains("refused");
    }

    /**
     * It was reached, and answered the beginning of a handshake before it had received all of it.
     *
     * @param answer what it said; empty when it hung up
     */
    static Reason of(String answer) {
        if (answer.isEmpty()) {
            return HANGS_UP;
        }
        if (answer.charAt(0) == TLS_ALERT || answer.charAt(0) == TLS_HANDSHAKE) {
            return TLS;
        }
        String shown = answer.lines().findFirst().orElse("").replaceAll("[^\\x20-\\x7e]", "?");
        return new Reason(true, "answers '" + shown + "', so it is no ZooKeeper server: check host and port");
    }

    /** One sentence, servers with the same reason together. */
    static String sentence(Map<Endpoint, Reason> reasons, int attempts, Duration since) {
        var servers = new LinkedHashMap<String, StringJoiner>();
        reasons.forEach((server, reason) -> servers.computeIfAbsent(reason.text(), text -> new StringJoiner(", "))
                .add(server.toString()));
        var all = new StringJoiner("; ");
        servers.entrySet().stream().limit(MOST).forEach(e -> all.add(e.getValue() + ": " + e.getKey()));
        boolean reached = reasons.values().stream().anyMatch(Reason::accepts);
        long seconds = since.toSeconds();
        return (reached ? "no server grants a session" : "no server is reachable") + " after " + attempts + " attempts"
                + (seconds == 0 ? "" : " in " + seconds + " s") + "; " + all;
    }
}
