package io.perennial.internal.handle;

import io.perennial.internal.connect.ConnectString;
import java.time.Duration;
import java.util.List;
import org.apache.curator.ensemble.EnsembleProvider;
import org.apache.curator.framework.AuthInfo;
import org.apache.curator.utils.ZookeeperFactory;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;

/**
 * How handles are made.
 *
 * @param ensemble gives the connect string, anew for each handle
 * @param connectString what the ensemble provider returned when the session was built; empty if not known yet
 * @param sessionTimeout the timeout to ask for
 * @param connectTimeout for one server
 * @param readOnlyAllowed whether a server without quorum is acceptable
 * @param authorizations sent on each connection before anything else (S-24); secrets, never logged
 * @param clientConfig for the ZooKeeper client
 * @param resume whether to attach again to a session that had to be considered lost
 * @param curatorPatience after what part of the timeout without a connection Curator considers the session lost, in
 *     percent
 * @param factory the caller's own, which makes every handle if given, or null
 */
public record HandleConfig(
        EnsembleProvider ensemble,
        ConnectString connectString,
        Duration sessionTimeout,
        Duration connectTimeout,
        boolean readOnlyAllowed,
        List<AuthInfo> authorizations,
        ZKClientConfig clientConfig,
        boolean resume,
        int curatorPatience,
        @Nullable ZookeeperFactory factory) {
    HandleConfig withClientConfig(ZKClientConfig other) {
        return new HandleConfig(
                ensemble,
                connectString,
                sessionTimeout,
                connectTimeout,
                readOnlyAllowed,
                authorizations,
                other,
                resume,
                curatorPatience,
                factory);
    }

    /** As ZooKeeper's client takes it. */
    int sessionTimeoutMillis() {
        return (int) sessionTimeout.toMillis();
    }

    /** AuthInfo would print the credentials. */
    @Override
    public String toString() {
        return "HandleConfig[sessionTimeout=" + sessionTimeout + ", connectTimeout=" + connectTimeout
                + ", readOnlyAllowed=" + readOnlyAllowed + "]";
    }
}
