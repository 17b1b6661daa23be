package io.perennial.test;

import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.ZooKeeper;

/** The entry point for assertions about plain clients and servers. They do not need Perennial. */
public class ZooKeeperAssertions {
    ZooKeeperAssertions() {}

    /**
     * Assertions about a raw ZooKeeper client.
     *
     * @param actual the client
     * @return its assertions
     */
    public static ZooKeeperAssert assertThat(ZooKeeper actual) {
        return new ZooKeeperAssert(actual);
    }

    /**
     * Assertions about a plain Curator client.
     *
     * @param actual the client
     * @return its assertions
     */
    public static CuratorAssert assertThat(CuratorFramework actual) {
        return new CuratorAssert(actual);
    }

    /**
     * Assertions about what servers hold.
     *
     * @param actual the servers
     * @return their assertions
     */
    public static ServiceAssert assertThat(ZooKeeperService actual) {
        return new ServiceAssert(actual);
    }
}
