package io.perennial.watch;

import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * The state of a watched node after a change.
 *
 * @param path the path, below the session's namespace
 * @param stat its stat, or null when the node does not exist
 * @param data its data, or null when the node does not exist or has none; the listener's own copy
 * @param whileAway whether the change was made while the session was away (disconnected, or between two sessions)
 * @param generation the generation in which it was read
 */
@SuppressWarnings("ArrayRecordComponent") // the shape is the contract; nobody compares changes
public record NodeChange(String path, @Nullable Stat stat, byte @Nullable [] data, boolean whileAway, long generation) {
    /**
     * Whether the node exists.
     *
     * @return true when it does
     */
    public boolean exists() {
        return stat != null;
    }
}
