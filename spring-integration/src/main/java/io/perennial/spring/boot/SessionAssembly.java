package io.perennial.spring.boot;

import io.perennial.ResilientSession;
import io.perennial.spring.StartingSession;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;

/** Builds sessions from their properties and from the application's other beans. */
final class SessionAssembly {
    private final ObjectProvider<SessionBuilderCustomizer> sessionCustomizers;
    private final ObjectProvider<CuratorBuilderCustomizer> curatorCustomizers;
    private final SessionExecutors executors;
    private final SessionTls tls;
    private final ApplicationResilience resilience;
    private final FailFastStart failFast;

    SessionAssembly(
            ObjectProvider<SessionBuilderCustomizer> sessionCustomizers,
            ObjectProvider<CuratorBuilderCustomizer> curatorCustomizers,
            SessionExecutors executors,
            SessionTls tls,
            ApplicationResilience resilience,
            FailFastStart failFast) {
        this.sessionCustomizers = sessionCustomizers;
        this.curatorCustomizers = curatorCustomizers;
        this.executors = executors;
        this.tls = tls;
        this.resilience = resilience;
        this.failFast = failFast;
    }

    /**
     * Builds one; it is not started.
     *
     * @param name the session's name
     * @param prefix the prefix of its properties, for error messages
     */
    ResilientSession build(
            String name, String prefix, SessionProperties properties, ZooKeeperConnectionDetails details) {
        String connectString = details.getConnectString();
        ResilientSession.Builder builder = PropertyMapping.builder(name, prefix, properties, connectString);
        tls.configure(prefix, properties, details.getSslBundle(), builder);
        executors.configure(name, builder);
        resilience.configure(name, builder);
        PropertyMapping.customizeCurator(
                name, curatorCustomizers.orderedStream().toList(), builder);
        sessionCustomizers.orderedStream().forEach(customizer -> customizer.customize(name, builder));
        Duration failFastTimeout = PropertyMapping.failFastTimeout(prefix, properties);
        ResilientSession session = new StartingSession(builder.build());
        if (properties.isFailFast()) {
            failFast.expect(session, prefix, connectString, failFastTimeout);
        }
        return session;
    }
}
