package io.perennial.internal.state;

import io.perennial.LossDiagnosis;
import io.perennial.LossDiagnosis.Kind;
import io.perennial.internal.connect.Reachability;
import io.perennial.internal.lease.LeaseClock;
import io.perennial.internal.lease.PauseDetector;
import io.perennial.internal.lease.PauseDetector.Pause;
import java.time.Duration;

/** Explains why a session was lost, from what this JVM saw. */
public final class LossDiagnoser {
    private final LeaseClock lease;
    private final PauseDetector pauses;

    public LossDiagnoser(LeaseClock lease, PauseDetector pauses) {
        this.lease = lease;
        this.pauses = pauses;
    }

    /** Time passes: checks whether this JVM was paused. */
    void tick(long now) {
        pauses.tick(now, now - lease.silence().toNanos());
    }

    LossDiagnosis leaseElapsed(Duration timeout, boolean connected, Reachability servers) {
        return leaseElapsed(lease.silence(), pauses.longest(), timeout, connected, servers);
    }

    LossDiagnosis refused(Duration timeout) {
        return refused(lease.silence(), pauses.longest(), timeout);
    }

    LossDiagnosis givenUp() {
        return givenUp(lease.silence(), pauses.longest());
    }

    /** The server has the session, but it must not be used. */
    LossDiagnosis dropped() {
        return new LossDiagnosis(
                Kind.UNKNOWN,
                lease.silence(),
                pauses.longest().length(),
                "the session was given up, because its timeout is not the one requested and onTimeoutClamped is FAIL");
    }

    boolean isLocalPause(Duration timeout) {
        return isLocalPause(pauses.longest(), timeout);
    }

    /** The lease ran out: no acknowledgement for a whole session timeout. */
    static LossDiagnosis leaseElapsed(
            Duration silence, Pause longestPause, Duration timeout, boolean connected, Reachability servers) {
        if (isLocalPause(longestPause, timeout)) {
            return localPause(silence, longestPause);
        }
        if (connected) {
            return new LossDiagnosis(
                    Kind.UNKNOWN,
                    silence,
                    longestPause.length(),
                    "the connection is up but no answer came through for " + silence.toMillis()
                            + " ms: a ZooKeeper or Curator callback seems to block the handle's event thread;"
                            + " move its work to a thread of your application");
        }
        if (servers == Reachability.UNREACHABLE) {
            return new LossDiagnosis(
                    Kind.NO_SERVER,
                    silence,
                    longestPause.length(),
                    "no server could be reached for " + silence.toMillis()
                            + " ms: check that the servers run and that the network lets this host through");
        }
        return new LossDiagnosis(
                Kind.SERVER_SILENT,
                silence,
                longestPause.length(),
                "servers did not answer for " + silence.toMillis()
                        + " ms although this JVM ran: check the servers' load and quorum, and the network");
    }

    /** The server refused the session. */
    static LossDiagnosis refused(Duration silence, Pause longestPause, Duration timeout) {
        if (isLocalPause(longestPause, timeout)) {
            return localPause(silence, longestPause);
        }
        String why = silence.compareTo(timeout) < 0
                ? "although it had heard from this client " + silence.toMillis()
                        + " ms ago: it was closed there, or the servers lost their data or track of time; look in the"
                        + " servers' logs for this session's id"
                : "after " + silence.toMillis() + " ms without contact, longer than the session timeout of "
                        + timeout.toMillis() + " ms: look for what cut the connection (network, servers), or ask for a"
                        + " longer sessionTimeout";
        return new LossDiagnosis(
                Kind.EXPIRED_BY_SERVER, silence, longestPause.length(), "the server no longer has the session, " + why);
    }

    /** The handle gave up the session by itself, or because a call on it made it do so. */
    static LossDiagnosis givenUp(Duration silence, Pause longestPause) {
        return new LossDiagnosis(
                Kind.UNKNOWN,
                silence,
                longestPause.length(),
                "the client gave the session up without an answer from a server; it is resumed if the server still"
                        + " has it");
    }

    static boolean isLocalPause(Pause longestPause, Duration timeout) {
        return longestPause.length().compareTo(timeout.dividedBy(2)) >= 0;
    }

    private static LossDiagnosis localPause(Duration silence, Pause pause) {
        return new LossDiagnosis(
                Kind.LOCAL_PAUSE,
                silence,
                pause.length(),
                "this JVM did not run for " + pause.length().toMillis() + " ms, of which garbage collection took "
                        + pause.collecting().toMillis() + " ms: "
                        + (isMostlyCollecting(pause)
                                ? "look at its heap (size, collector, -Xlog:gc), not at the servers"
                                : "look for a stopped process, a paused virtual machine or a starved host (CPU limit,"
                                        + " swapping), not at the servers"));
    }

    private static boolean isMostlyCollecting(Pause pause) {
        return pause.collecting().multipliedBy(2).compareTo(pause.length()) >= 0;
    }
}
