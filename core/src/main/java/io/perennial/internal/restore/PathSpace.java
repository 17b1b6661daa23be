package io.perennial.internal.restore;

import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.apache.zookeeper.common.PathUtils;

/**
 * The user's paths and the server's: a namespace is put before the former. A chroot is the client's own business,
 * except in the results of transactions, from which ZooKeeper does not take it away.
 */
public final class PathSpace {
    private final String namespace;
    private final Supplier<String> chroot;

    /**
     * Makes one.
     *
     * @param namespace empty, or an absolute path
     * @param chroot empty, or an absolute path
     */
    public PathSpace(String namespace, String chroot) {
        this(namespace, () -> chroot);
    }

    /**
     * Makes one whose chroot may be known only once there is a handle (C13).
     *
     * @param namespace empty, or an absolute path
     * @param chroot gives what is known: empty, or an absolute path
     */
    public PathSpace(String namespace, Supplier<String> chroot) {
        this.namespace = namespace;
        this.chroot = chroot;
    }

    /**
     * Checks a user's path and puts the namespace before it.
     *
     * @param property how to name it in the error
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
     * Takes the namespace away.
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
     * Takes the chroot away from a path in a transaction's result.
     *
     * @param resultPath as the server gave it
     * @return the server's path, below the chroot
     */
    public String fromTransaction(String resultPath) {
        String root = chroot.get();
        return root.isEmpty() || !resultPath.startsWith(root + "/") ? resultPath : resultPath.substring(root.length());
    }

    /**
     * Puts the chroot before a path, as the server has it in its own lists and transactions.
     *
     * @param serverPath below the chroot
     * @return the whole path
     */
    public String inTransaction(String serverPath) {
        return chroot.get() + serverPath;
    }

    /**
     * How many bytes a path takes in the server's own transactions, where the chroot is part of it, without that.
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
