package io.perennial.operation;

import org.apache.curator.framework.CuratorFramework;

/** A call on ZooKeeper through Curator whose result nobody wants. */
@FunctionalInterface
public interface CuratorAction {
    /**
     * Makes the call: one request or one transaction, so that its outcome is one outcome.
     *
     * @param curator the session's framework
     * @throws Exception as Curator throws it
     */
    void run(CuratorFramework curator) throws Exception;
}
