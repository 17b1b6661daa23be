package io.perennial.internal.watch;

import java.util.Objects;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * Which state of a node, or of its children, a read has found. Unlike the version counters, which start again when a
 * node is deleted and recreated, zxids never repeat (Pulsar #23138).
 *
 * @param czxid the transaction that made the node; -1 when there is none
 * @param zxid the transaction that last changed what is watched: the data, or the children
 * @param time when that was, for a node's data; for its children, when the node was made. Servers that were set up anew
 *     by the same script number the same transactions alike
 * @param aclVersion the ACL's version; 0 where it is not watched
 */
record Version(long czxid, long zxid, long time, int aclVersion) {
    static final Version ABSENT = new Version(-1, -1, 0, 0);

    static Version ofNode(@Nullable Stat stat) {
        return stat == null
                ? ABSENT
                : new Version(stat.getCzxid(), stat.getMzxid(), stat.getMtime(), stat.getAversion());
    }

    static Version ofChildren(@Nullable Stat stat) {
        return stat == null ? ABSENT : new Version(stat.getCzxid(), stat.getPzxid(), stat.getCtime(), 0);
    }

    boolean exists() {
        return czxid >= 0;
    }

    /**
     * Whether the server that returned this one lags behind the one that returned the other: a path's zxids only grow.
     */
    boolean isBefore(Version other) {
        return exists() && other.exists() && zxid < other.zxid;
    }

    /** Whether the same transactions made it what it is; except the ACL, whose change no watch reports. */
    boolean isOfSameChange(Version other) {
        return czxid == other.czxid && zxid == other.zxid && time == other.time;
    }

    /**
     * Written out, as {@link #hashCode} is: with the generated ones the JDK (17) keeps a record's class, and with it a
     * stopped application's loader, in a static method handle of ObjectMethods.
     */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Version that
                && czxid == that.czxid
                && zxid == that.zxid
                && time == that.time
                && aclVersion == that.aclVersion;
    }

    @Override
    public int hashCode() {
        return Objects.hash(czxid, zxid, time, aclVersion);
    }
}
