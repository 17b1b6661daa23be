package io.perennial.internal.state;

import io.perennial.ClampPolicy;
import io.perennial.internal.engine.ThrottledLog;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a server granted a session timeout other than the one asked for, and reports it where it is news: in the
 * log once for each granted value, in the transition each time the value differs from the one before, because another
 * server may grant another (S-37). Confined to the event loop.
 */
final class ClampGuard {
    /** A server's defaults, see {@code ZooKeeperServer.setMinSessionTimeout} and {@code setMaxSessionTimeout}. */
    private static final int TICKS_AT_LEAST = 2;

    private static final int TICKS_AT_MOST = 20;

    private final Duration requested;
    private final ClampPolicy policy;
    private final @Nullable Duration leaseMargin;
    private final ThrottledLog log;
    private final Set<Duration> logged = new HashSet<>();
    private Duration before;

    ClampGuard(Duration requested, ClampPolicy policy, @Nullable Duration leaseMargin, ThrottledLog log) {
        this.requested = requested;
        this.policy = policy;
        this.leaseMargin = leaseMargin;
        this.log = log;
        this.before = requested;
    }

    /** Whether a session with that timeout must not be used. */
    boolean refuses(Duration granted) {
        return policy == ClampPolicy.FAIL && !granted.equals(requested);
    }

    /** Such a session has been refused; the transition to FAILED says why, unless the session has failed already. */
    void refused(Duration granted, boolean hasFailedAlready) {
        if (logged.add(granted) && hasFailedAlready) {
            log.warn(describe(granted));
        }
    }

    /** A session is used with that timeout: returns what the transition should say about it, if anything. */
    String news(Duration granted) {
        boolean same = granted.equals(before);
        before = granted;
        if (same || policy == ClampPolicy.IGNORE) {
            return "";
        }
        if (granted.equals(requested)) {
            return "; its timeout is " + granted.toMillis() + " ms, as requested";
        }
        if (logged.add(granted)) {
            log.warn(describe(granted) + adviceOnMargin(granted));
        }
        return "; asked for a session timeout of " + requested.toMillis() + " ms, granted " + granted.toMillis()
                + " ms";
    }

    private String adviceOnMargin(Duration granted) {
        return leaseMargin == null || leaseMargin.compareTo(granted) < 0
                ? ""
                : "; leaseMargin is " + leaseMargin.toMillis()
                        + " ms, no less than that timeout: the lease"
                        + " will not be held; set it to half of the servers' tickTime";
    }

    String describe(Duration granted) {
        boolean tooMuch = granted.compareTo(requested) < 0;
        String setting = tooMuch ? "maxSessionTimeout" : "minSessionTimeout";
        int ticks = tooMuch ? TICKS_AT_MOST : TICKS_AT_LEAST;
        long asked = requested.toMillis();
        long tickThatFits = Math.max(1, tooMuch ? -Math.floorDiv(-asked, ticks) : asked / ticks);
        return "asked for a session timeout of " + asked + " ms, the server granted " + granted.toMillis()
                + " ms, so its " + setting + " is " + granted.toMillis() + " ms (unless set, that is " + ticks
                + " x tickTime, here " + granted.toMillis() / ticks + " ms): in zoo.cfg of every server set " + setting
                + "=" + asked + ", or tickTime=" + tickThatFits + " where it is not set; or ask for "
                + granted.toMillis() + " ms";
    }
}
