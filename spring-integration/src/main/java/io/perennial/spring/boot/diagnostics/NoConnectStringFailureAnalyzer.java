package io.perennial.spring.boot.diagnostics;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says how to configure where the servers are. */
final class NoConnectStringFailureAnalyzer extends AbstractFailureAnalyzer<NoConnectStringException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, NoConnectStringException cause) {
        return new FailureAnalysis(
                "Session '" + cause.sessionName() + "' does not know its ZooKeeper servers: neither '"
                        + cause.property() + "' nor 'spring.cloud.zookeeper.connect-string' is set, and there is no"
                        + " bean of type ZooKeeperConnectionDetails.",
                """
                One of:
                - set '%s' to host:port[,host:port...][/chroot], for example zk1:2181,zk2:2181,zk3:2181/shop; with \
                profiles, see that the one which sets it is active
                - for tests and development, have Testcontainers (@ServiceConnection) or Docker Compose run a \
                'zookeeper' container
                - set 'perennial.enabled' to false where the application is to run without ZooKeeper\
                """.formatted(cause.property()),
                cause);
    }
}
