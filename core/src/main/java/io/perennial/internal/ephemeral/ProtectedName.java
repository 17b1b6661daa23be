package io.perennial.internal.ephemeral;

import java.util.UUID;

/**
 * The name by which a sequential node is found again when the acknowledgement of its creation was lost: the server
 * appends the number, so the name alone would not distinguish it from its neighbours. The same form as Curator's, which
 * its recipes can sort.
 */
final class ProtectedName {
    private static final String PREFIX = "_c_";
    private static final int ID_LENGTH = 36;

    /** Bytes that protection and number add to the requested path. */
    static final int ADDED_BYTES = PREFIX.length() + ID_LENGTH + 1 + 10;

    private ProtectedName() {}

    /**
     * An id; each server session uses a new one, so that a node left behind by an earlier one is never mistaken.
     */
    static String newId() {
        return UUID.randomUUID().toString();
    }

    /** The path to create. */
    static String path(String prefixPath, String id) {
        return beginning(prefixPath, id) + "-" + ServerPaths.name(prefixPath);
    }

    /** What the paths of all protected siblings begin with. */
    static String beginningOfSiblings(String prefixPath) {
        return ServerPaths.parent(prefixPath) + "/" + PREFIX;
    }

    /** What this node's path begins with, and no other's. */
    static String beginning(String prefixPath, String id) {
        return beginningOfSiblings(prefixPath) + id;
    }

    /** The id in an actual path, or an empty string when there is none. */
    static String idIn(String actualPath) {
        String name = ServerPaths.name(actualPath);
        return name.startsWith(PREFIX) && name.length() > PREFIX.length() + ID_LENGTH
                ? name.substring(PREFIX.length(), PREFIX.length() + ID_LENGTH)
                : "";
    }
}
