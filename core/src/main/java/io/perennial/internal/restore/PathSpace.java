package io.perennial.internal.restore;

import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.apache.zookeeper.common.PathUtils;

/**
 * The user's paths and the server's: a namespace is prefixed to the former. The client itself handles a chroot, except
 * in the results of transactions, from which ZooKeeper does not strip it.
 */
public final class PathSpace {
    private final String namespace;
    private final Supplier<String> chroot;

    /**
     * Creates one.
     *
     * @param namespace empty, or an absolute path
     * @param chroot empty, or an absolute path
     */
    public PathSpace(String namespace, String chroot) {
        this(namespace, () -> chroot);
    }

    /**
     * Creates one whose chroot may be known only once there is a handle (C13).
     *
     * @param namespace empty, or an absolute path
     * @param chroot gives what is known: empty, or an absolute path
     */
    public PathSpace(String namespace, Supplier<String> chroot) {
        this.namespace = namespace;
        this.chroot = chroot;
    }

    /**
     * Checks a user's path and prefixes the namespace to it.
     *
     * @param property its name in the error message
     * @param path the user's path
     * @return the server's path
     * @throws IllegalArgumentException when it is null, empty, relative or otherwise not a path
     */
    public String toServer(String property, String path) {
        if (path == null || path.isEmpty()) {
            throw new IllegalArgumentException(property + " is " + (path == null ? "null" : "empty")
                    + "; give an absolute path such as /workers/a");
        }
        if (path.charAt(0) != '/') {
            throw new IllegalArgumentException(
                    property + " '" + path + "' is relative; give an absolute path: '/" + path + "'");
        }
        try {
            PathUtils.validatePath(path);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(property + " '" + path + "' is not a valid path: " + e.getMessage(), e);
        }
        if (namespace.isEmpty()) {
            return path;
        }
        return path.length() == 1 ? namespace : namespace + path;
    }

    /**
     * Strips the namespace.
     *
     * @param serverPath a path below the namespace
     * @return the user's path
     */
    public String toUser(String serverPath) {
        if (namespace.isEmpty()) {
            return serverPath;
        }
        return serverPath.length() == namespace.length() ? "/" : serverPath.substring(namespace.length());
    }

    /**
     * Strips the chroot from a path in a transaction's result.
     *
     * @param resultPath as the server gave it
     * @return the server's path, below the chroot
     */
    public String fromTransaction(String resultPath) {
        String root = chroot.get();
        return root.isEmpty() || !resultPath.startsWith(root + "/") ? resultPath : resultPath.substring(root.length());
    }

    /**
     * Prefixes the chroot to a path, as the server has it in its own lists and transactions.
     *
     * @param serverPath below the chroot
     * @return the whole path
     */
    public String inTransaction(String serverPath) {
        return chroot.get() + serverPath;
    }

    /**
     * How many bytes a path takes in the server's own transactions, without the chroot, which is part of it there.
     *
     * @param serverPath below the chroot
     * @return bytes, with the length that precedes them
     */
    public static int size(String serverPath) {
        return 4 + serverPath.getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * How many bytes the chroot adds to each path there.
     *
     * @return bytes; 0 while none is known
     */
    public int chrootBytes() {
        return chroot.get().getBytes(StandardCharsets.UTF_8).length;
    }
}
