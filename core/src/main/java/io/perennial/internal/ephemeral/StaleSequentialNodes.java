package io.perennial.internal.ephemeral;

import io.perennial.internal.engine.Backoff;
import io.perennial.internal.restore.AttachedSession;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;

/**
 * Sequential nodes of earlier server sessions, which the new session's do not replace because their paths differ. If
 * the server has not reaped them, they are deleted once the new ones exist, so that they are not counted for long as
 * one more. Their paths are never used again, so the version is condition enough. Confined to the event loop.
 */
final class StaleSequentialNodes {
    /** In the background: requests that something waits for should find the window free. */
    private static final int MAX_UNDER_WAY = 100;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    private final Set<String> paths = new LinkedHashSet<>();

    void add(String path) {
        paths.add(path);
    }

    void sweep(AttachedSession live, RandomGenerator random, PassProgress progress) {
        new Sweep(live, random, progress).begin();
    }

    /** A deletion refused by the server or the quarantine is tried again later; at most until the connection breaks. */
    private final class Sweep {
        private final AttachedSession live;
        private final PassProgress progress;
        private final Backoff pauses;
        private final ArrayDeque<String> queue = new ArrayDeque<>();
        private int underWay;

        private Sweep(AttachedSession live, RandomGenerator random, PassProgress progress) {
            this.live = live;
            this.progress = progress;
            this.pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, random);
        }

        private void begin() {
            queue.addAll(paths);
            while (underWay < MAX_UNDER_WAY && !queue.isEmpty()) {
                look(queue.remove());
            }
        }

        private void look(String path) {
            underWay++;
            live.requests().exists(path, null, reply -> {
                Stat stat = reply.stat();
                if (stat != null && live.wasOurs(stat.getEphemeralOwner())) {
                    delete(path, stat.getVersion());
                    return;
                }
                answered(path, reply.ok() || reply.code() == Code.NONODE);
            });
        }

        private void delete(String path, int version) {
            live.requests().delete(path, version, reply -> answered(path, reply.ok() || reply.code() == Code.NONODE));
        }

        private void answered(String path, boolean gone) {
            underWay--;
            if (gone) {
                paths.remove(path);
            }
            if (!queue.isEmpty()) {
                look(queue.remove());
            } else if (underWay == 0 && !paths.isEmpty()) {
                progress.later(pauses.next(), this::begin);
            }
        }
    }
}
