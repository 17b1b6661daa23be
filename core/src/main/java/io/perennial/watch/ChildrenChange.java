package io.perennial.watch;

import java.util.Set;

/**
 * The children of a watched node after a change.
 *
 * @param path the parent's path, below the session's namespace
 * @param children the names of all children now; empty when the parent does not exist
 * @param added names that had not been reported to the listener before; a child deleted and made anew under the same
 *     name between two reads is in neither set
 * @param removed names that had been reported to the listener and are gone
 * @param whileAway whether the change was made while the session was away (disconnected, or between two sessions)
 * @param generation the generation in which it was read
 */
public record ChildrenChange(
        String path, Set<String> children, Set<String> added, Set<String> removed, boolean whileAway, long generation) {
    /**
     * Copies the sets.
     *
     * @param path the path
     * @param children copied
     * @param added copied
     * @param removed copied
     * @param whileAway as it is
     * @param generation as it is
     */
    public ChildrenChange {
        children = Set.copyOf(children);
        added = Set.copyOf(added);
        removed = Set.copyOf(removed);
    }
}
