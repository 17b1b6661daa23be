package io.perennial.internal.watch;

import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * What a node watch has read.
 *
 * @param version its version
 * @param stat the stat, or null when there is no node
 * @param data the data, shared by all listeners; null when there is none
 */
@SuppressWarnings("ArrayRecordComponent") // only compared by its version
record NodeSnapshot(Version version, @Nullable Stat stat, byte @Nullable [] data) implements WatchedSnapshot {
    static final NodeSnapshot ABSENT = new NodeSnapshot(Version.ABSENT, null, null);

    static NodeSnapshot of(@Nullable Stat stat, byte @Nullable [] data) {
        return new NodeSnapshot(Version.ofNode(stat), stat, data);
    }
}
