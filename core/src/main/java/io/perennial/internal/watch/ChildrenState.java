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
record ChildrenState(Version version, Set<String> names) implements WatchedState {
    static final ChildrenState ABSENT = new ChildrenState(Version.ABSENT, Set.of());

    static ChildrenState of(@Nullable Stat stat, List<String> names) {
        return new ChildrenState(Version.ofChildren(stat), Set.copyOf(names));
    }
}
