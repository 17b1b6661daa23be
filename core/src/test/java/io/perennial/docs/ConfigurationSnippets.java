package io.perennial.docs;

import io.perennial.ResilientSession;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralSpec;
import java.util.List;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;

/** Of {@code docs/configuration.md}. */
final class ConfigurationSnippets {
    ResilientSession tls() {
        // [tls]
        ZKClientConfig config = new ZKClientConfig();
        config.setProperty("zookeeper.client.secure", "true");
        config.setProperty("zookeeper.clientCnxnSocket", "org.apache.zookeeper.ClientCnxnSocketNetty");
        config.setProperty("zookeeper.ssl.trustStore.location", "/etc/zookeeper/trusted.p12");
        config.setProperty("zookeeper.ssl.trustStore.passwordPath", "/etc/zookeeper/trusted.password");
        config.setProperty("zookeeper.ssl.keyStore.location", "/etc/zookeeper/client.p12"); // if servers ask for it
        config.setProperty("zookeeper.ssl.keyStore.passwordPath", "/etc/zookeeper/client.password");
        config.setProperty("zookeeper.sasl.client", "false"); // no login: do not look for one at each attempt

        ResilientSession session = ResilientSession.builder()
                .connectString("zk1:2281,zk2:2281,zk3:2281") // the servers' secure port
                .clientConfig(config)
                .build();
        // [end]
        return session;
    }

    EphemeralNode oneNode(byte[] userAndPassword, byte[] address) {
        // [acl]
        ResilientSession session = ResilientSession.builder()
                .connectString("zk1:2181,zk2:2181,zk3:2181")
                .authorization("digest", userAndPassword) // "user:password"
                .build();
        EphemeralNode node = session.ephemerals()
                .register(EphemeralSpec.at("/workers/a").data(address).acl(ZooDefs.Ids.CREATOR_ALL_ACL));
        // [end]
        return node;
    }

    ResilientSession allNodes(byte[] userAndPassword) {
        // [acl-provider]
        ACLProvider onlyMe = new ACLProvider() {
            @Override
            public List<ACL> getDefaultAcl() {
                return ZooDefs.Ids.CREATOR_ALL_ACL;
            }

            @Override
            public List<ACL> getAclForPath(String path) {
                return ZooDefs.Ids.CREATOR_ALL_ACL;
            }
        };
        ResilientSession session = ResilientSession.builder()
                .curator(CuratorFrameworkFactory.builder().aclProvider(onlyMe).ensembleTracker(false))
                .connectString("zk1:2181,zk2:2181,zk3:2181")
                .authorization("digest", userAndPassword)
                .build();
        // [end]
        return session;
    }
}
