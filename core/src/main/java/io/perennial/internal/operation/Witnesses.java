package io.perennial.internal.operation;

import io.perennial.operation.Write;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.curator.utils.ZKPaths;
import org.jspecify.annotations.Nullable;

/**
 * The witnesses of a session's writes under way; internal to the library. While a write is under way, the absence of
 * its witness means that it was not applied: so nothing but the write itself may remove it. Thread-safe.
 */
public final class Witnesses {
    /** Their names, which are unique, whatever their paths on the server. */
    private final Set<String> names = ConcurrentHashMap.newKeySet();

    /** Before it is sent. */
    void await(Request request) {
        String name = name(request);
        if (name != null) {
            names.add(name);
        }
    }

    /** Its witness is no longer checked. */
    void dismiss(Request request) {
        String name = name(request);
        if (name != null) {
            names.remove(name);
        }
    }

    /**
     * Whether a node is one of them.
     *
     * @param path its path, in any namespace and chroot
     * @return whether it is
     */
    public boolean contains(String path) {
        return names.contains(ZKPaths.getNodeFromPath(path));
    }

    private static @Nullable String name(Request request) {
        Write.Create witness = request.witness();
        return witness == null ? null : ZKPaths.getNodeFromPath(witness.path());
    }
}
