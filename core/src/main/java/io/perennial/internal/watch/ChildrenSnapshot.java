package io.perennial.internal.watch;

import java.util.List;
import java.util.Set;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * What a children watch has read.
 *
 * @param version its version
 * @param names the children's names, immutable
 */
record ChildrenSnapshot(Version version, Set<String> names) implements WatchedSnapshot {
    static final ChildrenSnapshot ABSENT = new ChildrenSnapshot(Version.ABSENT, Set.of());

    static ChildrenSnapshot of(@Nullable Stat stat, List<String> names) {
        return new ChildrenSnapshot(Version.ofChildren(stat), Set.copyOf(names));
    }
}
