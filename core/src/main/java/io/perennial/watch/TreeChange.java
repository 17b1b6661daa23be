package io.perennial.watch;

import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * One node's change in a watched tree.
 *
 * @param path the node's path, below the session's namespace
 * @param kind what happened to it
 * @param stat its stat after the change, or null when it was deleted
 * @param whileAway whether the change was made while the session was away (disconnected, or between two sessions)
 * @param generation the generation in which it was read
 */
public record TreeChange(String path, Kind kind, @Nullable Stat stat, boolean whileAway, long generation) {
    /** What happened to a node. */
    public enum Kind {
        /** It exists now, and did not before (or was another node of that name, which is reported as deleted first). */
        CREATED,
        /** Its data changed. */
        CHANGED,
        /** It is gone. */
        DELETED
    }
}
