package io.perennial.internal.state;

import java.util.LinkedHashSet;
import java.util.Set;

/** The ids of this session object's earlier server sessions, the last thousand. Confined to the event loop. */
final class EarlierSessions {
    private static final int MOST = 1_000;

    private final LinkedHashSet<Long> ids = new LinkedHashSet<>();

    void add(long sessionId) {
        ids.add(sessionId);
        if (ids.size() > MOST) {
            ids.remove(ids.iterator().next());
        }
    }

    Set<Long> ids() {
        return ids;
    }
}
