package io.perennial.internal.ephemeral;

import java.util.ArrayList;
import java.util.List;

/** Parts of absolute paths. */
final class ServerPaths {
    private ServerPaths() {}

    /** The parent's path; empty for a child of the root, so that a slash and a name can be appended. */
    static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    /** The last name. */
    static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** All paths above it except the root, shallow first. */
    static List<String> ancestors(String path) {
        var ancestors = new ArrayList<String>();
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            ancestors.add(path.substring(0, slash));
        }
        return ancestors;
    }
}
