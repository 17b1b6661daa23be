package io.perennial.ephemeral;

import io.perennial.handle.LiveSession;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;

/**
 * Sequential nodes of earlier server sessions, which the new session's do not replace because their paths differ. Where
 * the server has not reaped them, they are deleted once the new ones stand, lest they be counted for long as one more.
 * Their paths are never taken again, so the version is condition enough. Confined to the event loop.
 */
final class Leftovers {
    /** In the background: requests for which somebody waits shall find the window free. */
    private static final int MAX_UNDER_WAY = 100;

    private final Set<String> paths = new LinkedHashSet<>();

    void add(String path) {
        paths.add(path);
    }

    void sweep(LiveSession live) {
        var queue = new ArrayDeque<>(paths);
        for (int i = 0; i < MAX_UNDER_WAY; i++) {
            look(live, queue);
        }
    }

    private void look(LiveSession live, ArrayDeque<String> queue) {
        String path = queue.poll();
        if (path == null) {
            return;
        }
        live.requests().exists(path, null, reply -> {
            Stat stat = reply.stat();
            if (stat != null && live.wasOurs(stat.getEphemeralOwner())) {
                delete(live, path, stat.getVersion());
            } else if (reply.ok() || reply.code() == Code.NONODE) {
                paths.remove(path); // else it could not be looked at: in the next sweep
            }
            look(live, queue);
        });
    }

    private void delete(LiveSession live, String path, int version) {
        live.requests().delete(path, version, reply -> {
            if (reply.ok() || reply.code() == Code.NONODE) {
                paths.remove(path);
            }
        });
    }
}
