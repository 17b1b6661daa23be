package io.perennial.operation;

import org.apache.curator.framework.CuratorFramework;
import org.jspecify.annotations.Nullable;

/**
 * A call on ZooKeeper through Curator.
 *
 * @param <T> what it returns
 */
@FunctionalInterface
public interface CuratorCall<T extends @Nullable Object> {
    /**
     * Makes the call: one request or one transaction, so that its outcome is one outcome.
     *
     * @param curator the session's framework
     * @return the result
     * @throws Exception as Curator throws it
     */
    T run(CuratorFramework curator) throws Exception;
}
