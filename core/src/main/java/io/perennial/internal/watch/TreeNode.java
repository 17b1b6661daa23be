package io.perennial.internal.watch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is kept of one node of a watched tree: two zxids and its place. There may be a great many. */
final class TreeNode {
    private final String name;
    private final @Nullable TreeNode parent;
    private final long czxid;
    private long mzxid;
    private @Nullable Map<String, TreeNode> children;

    TreeNode(String name, @Nullable TreeNode parent, long czxid, long mzxid) {
        this.name = name;
        this.parent = parent;
        this.czxid = czxid;
        this.mzxid = mzxid;
    }

    long czxid() {
        return czxid;
    }

    long mzxid() {
        return mzxid;
    }

    void changed(long newMzxid) {
        mzxid = newMzxid;
    }

    boolean has(String childName) {
        return children != null && children.containsKey(childName);
    }

    @Nullable
    TreeNode child(String childName) {
        return children == null ? null : children.get(childName);
    }

    /** A copy: the caller removes some of them. */
    List<TreeNode> children() {
        return children == null ? List.of() : new ArrayList<>(children.values());
    }

    List<String> childrenNotIn(Collection<String> names) {
        if (children == null) {
            return List.of();
        }
        List<String> others = new ArrayList<>(children.keySet());
        others.removeAll(new HashSet<>(names));
        return others;
    }

    void add(TreeNode child) {
        if (children == null) {
            children = new HashMap<>();
        }
        children.put(child.name, child);
    }

    /** Removes it from its parent. */
    void remove() {
        if (parent == null || parent.children == null) {
            return;
        }
        parent.children.remove(name);
        if (parent.children.isEmpty()) {
            parent.children = null;
        }
    }

    String name() {
        return name;
    }
}
