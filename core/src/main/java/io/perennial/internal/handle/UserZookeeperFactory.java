package io.perennial.internal.handle;

import org.apache.curator.utils.ZookeeperFactory;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;

/**
 * The caller's own factory, called through the method that it implements: Curator's default for the one with a
 * configuration makes a client itself, bypassing a factory that only has the other.
 */
public record UserZookeeperFactory(ZookeeperFactory delegate) implements ZookeeperFactory {
    /**
     * Whether a client configuration can reach the handles that it makes.
     *
     * @return whether it implements the method that takes one
     */
    public boolean takesConfig() {
        try {
            return delegate.getClass()
                            .getMethod(
                                    "newZooKeeper",
                                    String.class,
                                    int.class,
                                    Watcher.class,
                                    boolean.class,
                                    ZKClientConfig.class)
                            .getDeclaringClass()
                    != ZookeeperFactory.class;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("every ZookeeperFactory has it", e);
        }
    }

    @Override
    public ZooKeeper newZooKeeper(String connectString, int sessionTimeout, Watcher watcher, boolean canBeReadOnly)
            throws Exception {
        return delegate.newZooKeeper(connectString, sessionTimeout, watcher, canBeReadOnly);
    }

    @Override
    public ZooKeeper newZooKeeper(
            String connectString,
            int sessionTimeout,
            Watcher watcher,
            boolean canBeReadOnly,
            @Nullable ZKClientConfig config)
            throws Exception {
        return takesConfig()
                ? delegate.newZooKeeper(connectString, sessionTimeout, watcher, canBeReadOnly, config)
                : delegate.newZooKeeper(connectString, sessionTimeout, watcher, canBeReadOnly);
    }
}
