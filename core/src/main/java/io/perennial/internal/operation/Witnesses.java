package io.perennial.internal.operation;

import io.perennial.operation.Write;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.curator.utils.ZKPaths;
import org.jspecify.annotations.Nullable;

/**
 * The witnesses of a session's writes under way; internal to the library. For as long as a write is, a witness that is
 * not there says that it was not applied: so nobody but the write itself may take it away. Thread-safe.
 */
public final class Witnesses {
    /** Their names, which are unique, whatever their paths on the server are. */
    private final Set<String> names = ConcurrentHashMap.newKeySet();

    /** Before it is sent. */
    void await(Request request) {
        String name = name(request);
        if (name != null) {
            names.add(name);
        }
    }

    /** Nobody asks it any more. */
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
