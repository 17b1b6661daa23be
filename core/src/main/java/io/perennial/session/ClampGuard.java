package io.perennial.session;

import io.perennial.ClampPolicy;
import io.perennial.engine.ThrottledLog;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Notices that a server granted another session timeout than the one asked for: once for each granted value, for another
 * server may grant another (S-37). Confined to the event loop.
 */
final class ClampGuard {
    private final Duration requested;
    private final ClampPolicy policy;
    private final ThrottledLog log;
    private final Set<Duration> seen = new HashSet<>();

    ClampGuard(Duration requested, ClampPolicy policy, ThrottledLog log) {
        this.requested = requested;
        this.policy = policy;
        this.log = log;
    }

    /** Whether a session with that timeout is not to be used. */
    boolean refuses(Duration granted) {
        if (granted.equals(requested) || policy == ClampPolicy.IGNORE) {
            return false;
        }
        if (seen.add(granted)) {
            log.warn(describe(granted));
        }
        return policy == ClampPolicy.FAIL;
    }

    String describe(Duration granted) {
        String setting = granted.compareTo(requested) < 0
                ? "maxSessionTimeout (20 x tickTime)"
                : "minSessionTimeout (2 x tickTime)";
        return "asked for a session timeout of " + requested.toMillis() + " ms, the server granted "
                + granted.toMillis()
                + " ms: its " + setting + " limits it; raise or lower that in zoo.cfg, or ask for "
                + granted.toMillis() + " ms";
    }
}
