package io.perennial.internal.watch;

import io.perennial.watch.TreeChange;
import java.util.Collection;
import java.util.function.Consumer;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a watched tree, and what each new finding changes in it. Parents are reported as created before
 * their children, children as deleted before their parents. Paths are the server's. Not thread-safe.
 */
final class TreeSnapshot {
    private final String rootPath;
    private @Nullable TreeNode root;

    /** Receives the differences. */
    @FunctionalInterface
    interface Changes {
        void changed(TreeChange.Kind kind, String path, @Nullable Stat stat);
    }

    TreeSnapshot(String rootPath) {
        this.rootPath = rootPath;
    }

    static String join(String parent, String name) {
        return parent.length() == 1 ? parent + name : parent + '/' + name;
    }

    /** The parent's path; of a child of "/" it is "/". */
    static String parentOf(String path) {
        return path.substring(0, Math.max(1, path.lastIndexOf('/')));
    }

    boolean knows(String path) {
        return find(path) != null;
    }

    /** All paths, in no order. */
    void eachPath(Consumer<String> action) {
        if (root != null) {
            eachPath(root, rootPath, action);
        }
    }

    private static void eachPath(TreeNode node, String path, Consumer<String> action) {
        action.accept(path);
        node.children().forEach(child -> eachPath(child, join(path, child.name()), action));
    }

    /** Whether a node can exist there, as far as is known: it is the root, or its parent exists. */
    boolean hasPlaceFor(String path) {
        return path.equals(rootPath) || knows(parentOf(path));
    }

    /** Whether what is known of the path is newer than this. */
    boolean isAheadOf(String path, Stat stat) {
        TreeNode node = find(path);
        return node != null && stat.getMzxid() < node.mzxid();
    }

    /**
     * The node exists: returns it and those of its children that are known, or null when it has no parent in the tree.
     */
    @Nullable
    TreeNode present(String path, Stat stat, Collection<String> children, Changes changes) {
        TreeNode node = find(path);
        if (node != null && node.czxid() != stat.getCzxid()) {
            remove(node, path, changes);
            node = null;
        }
        if (node == null) {
            return create(path, stat, changes);
        }
        if (node.mzxid() != stat.getMzxid()) {
            node.changed(stat.getMzxid());
            changes.changed(TreeChange.Kind.CHANGED, path, stat);
        }
        for (String gone : node.childrenNotIn(children)) {
            absent(join(path, gone), changes);
        }
        return node;
    }

    /** The node exists, whatever children it has; returns false when it is not the known one. */
    boolean changed(String path, Stat stat, Changes changes) {
        TreeNode node = find(path);
        if (node == null || node.czxid() != stat.getCzxid()) {
            return false;
        }
        if (node.mzxid() != stat.getMzxid()) {
            node.changed(stat.getMzxid());
            changes.changed(TreeChange.Kind.CHANGED, path, stat);
        }
        return true;
    }

    /** The node does not exist, and nothing below it. */
    void absent(String path, Changes changes) {
        TreeNode node = find(path);
        if (node != null) {
            remove(node, path, changes);
        }
    }

    private @Nullable TreeNode create(String path, Stat stat, Changes changes) {
        TreeNode node;
        if (path.equals(rootPath)) {
            node = new TreeNode("", null, stat.getCzxid(), stat.getMzxid());
            root = node;
        } else {
            TreeNode parent = find(parentOf(path));
            if (parent == null) {
                return null;
            }
            String name = path.substring(path.lastIndexOf('/') + 1);
            node = new TreeNode(name, parent, stat.getCzxid(), stat.getMzxid());
            parent.add(node);
        }
        changes.changed(TreeChange.Kind.CREATED, path, stat);
        return node;
    }

    private void remove(TreeNode node, String path, Changes changes) {
        for (TreeNode child : node.children()) {
            remove(child, join(path, child.name()), changes);
        }
        node.remove();
        if (node == root) {
            root = null;
        }
        changes.changed(TreeChange.Kind.DELETED, path, null);
    }

    private @Nullable TreeNode find(String path) {
        TreeNode node = root;
        int from = rootPath.length() == 1 ? 1 : rootPath.length() + 1;
        while (node != null && from < path.length()) {
            int slash = path.indexOf('/', from);
            int to = slash < 0 ? path.length() : slash;
            node = node.child(path.substring(from, to));
            from = to + 1;
        }
        return node;
    }
}
