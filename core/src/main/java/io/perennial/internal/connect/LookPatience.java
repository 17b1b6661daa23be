package io.perennial.internal.connect;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How long a look waits for a server to accept or refuse. On a network that is up either takes a round trip, and
 * silence means that the server's listen backlog is full: ZooKeeper's has room for 50, and the kernel drops the other
 * clients' first packets and sends them again after one second and three. To give up early and look again later, at a
 * random time, is quicker for each and spreads a crowd.
 *
 * <p>But the server may be far away, or its packets lost; so each silence makes the next look at this server four times
 * as patient, up to the connect timeout. The quickest answer ever tells how far away it is. Guarded by its owner.
 */
final class LookPatience {
    private static final Duration SHORTEST = Duration.ofMillis(60);
    private static final int DOUBLINGS_PER_SILENCE = 2;
    private static final int MOST_DOUBLINGS = 30;

    private final Map<Endpoint, Integer> silences = new HashMap<>();
    private Duration quickest = Duration.ofDays(1);

    Duration with(Endpoint server, Duration connectTimeout) {
        Duration farAway = quickest.multipliedBy(2);
        Duration first = farAway.compareTo(SHORTEST) > 0 && isKnown() ? farAway : SHORTEST;
        int doublings = Math.min(MOST_DOUBLINGS, DOUBLINGS_PER_SILENCE * silences.getOrDefault(server, 0));
        Duration patience = first.multipliedBy(1L << doublings);
        return patience.compareTo(connectTimeout) < 0 ? patience : connectTimeout;
    }

    private boolean isKnown() {
        return quickest.toDays() == 0;
    }

    void silent(Endpoint server) {
        silences.merge(server, 1, Integer::sum);
    }

    void answered(Endpoint server, Duration took) {
        silences.remove(server);
        if (took.compareTo(quickest) < 0) {
            quickest = took;
        }
    }

    void forget() {
        silences.clear();
    }

    void forgetOthersThan(List<Endpoint> servers) {
        silences.keySet().retainAll(servers);
    }
}
