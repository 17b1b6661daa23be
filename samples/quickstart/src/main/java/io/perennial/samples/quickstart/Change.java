package io.perennial.samples.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Set;
import java.util.TreeSet;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * One change of watched data, described in the same words by the client that made it and by the watch that reported it,
 * so that the two can be compared.
 */
record Change(String path, String what) {
    static final String ABSENT = "absent";

    static Change node(String path, @Nullable Stat stat, byte @Nullable [] data) {
        return new Change(path, node(stat, data));
    }

    static Change children(String path, Set<String> added, Set<String> removed) {
        return new Change(path, "gained " + names(added) + ", lost " + names(removed));
    }

    /** The state of a node: the transaction that last wrote it, and its data. */
    static String node(@Nullable Stat stat, byte @Nullable [] data) {
        return stat == null ? ABSENT : "'" + (data == null ? "" : new String(data, UTF_8)) + "' " + zxid(stat);
    }

    /** The state of a node of a tree. */
    static String zxid(Stat stat) {
        return "of zxid 0x" + Long.toHexString(stat.getMzxid());
    }

    /** The state of a list of children. */
    static String names(Set<String> names) {
        return new TreeSet<>(names).toString();
    }

    @Override
    public String toString() {
        return path + " " + what;
    }
}
