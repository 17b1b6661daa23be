package io.perennial.internal.connect;

import io.perennial.internal.engine.ThrottledLog;
import java.util.List;
import org.apache.curator.ensemble.EnsembleProvider;

/**
 * Where a session is. Its servers may change; its chroot stays that of its first handle, because another chroot would
 * be another tree, which has nothing of the session's in it (C13).
 *
 * <p>Concurrency: {@link #now} on one thread at a time; the others from anywhere.
 */
public final class SessionAddress {
    private final EnsembleProvider ensemble;
    private final ThrottledLog log;
    private volatile ConnectString known;
    private boolean settled;

    /**
     * For one session.
     *
     * @param ensemble may know it only once started
     * @param known what the provider returned when the session was built
     * @param log the session's
     */
    public SessionAddress(EnsembleProvider ensemble, ConnectString known, ThrottledLog log) {
        this.ensemble = ensemble;
        this.known = known;
        this.log = log;
    }

    /** As the first handle has it; before that, as it was known when the session was built. */
    public ConnectString known() {
        return known;
    }

    /** For the next handle. */
    public ConnectString now() {
        ConnectString now = ConnectString.parse(ensemble.getConnectionString());
        if (!settled) {
            settled = true;
            known = now;
        }
        String chroot = known.chroot();
        if (!now.chroot().equals(chroot)) {
            log.warnThrottled(
                    "chroot",
                    "the ensemble provider now returns the chroot '" + now.chroot() + "';" + " the session stays at '"
                            + chroot + "': build another session for that chroot");
        }
        return now.under(chroot);
    }

    /** Where the servers are now. */
    List<Endpoint> servers() {
        return ConnectString.parse(ensemble.getConnectionString()).servers();
    }
}
