package io.perennial.spring.boot;

import io.perennial.ResilientSession;
import io.perennial.spring.EphemeralNodeSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.curator.framework.CuratorFramework;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.env.Environment;

/** Makes the sessions of {@code perennial.sessions.*}, for the bean definitions of {@link NamedSessionsRegistrar}. */
final class NamedSessions {
    static final String PREFIX = PerennialProperties.PREFIX + ".sessions";

    private static final Bindable<Map<String, Object>> NAMES = Bindable.mapOf(String.class, Object.class);

    private final SessionAssembly assembly;
    private final Environment environment;
    private final ObjectProvider<ZooKeeperConnectionDetails> details;

    NamedSessions(
            SessionAssembly assembly, Environment environment, ObjectProvider<ZooKeeperConnectionDetails> details) {
        this.assembly = assembly;
        this.environment = environment;
        this.details = details;
    }

    static Set<String> names(Environment environment) {
        return new TreeSet<>(
                Binder.get(environment).bind(PREFIX, NAMES).map(Map::keySet).orElse(Set.of()));
    }

    ResilientSession session(String name) {
        SessionProperties properties = properties(name);
        return assembly.build(name, prefix(name), properties, details(name, properties));
    }

    CuratorFramework curator(ResilientSession session) {
        return session.curator();
    }

    EphemeralNodeSource nodes(String name) {
        return new PropertiesNodeSource(name, place(name).append("nodes").toString(), environment);
    }

    private static String prefix(String name) {
        return PREFIX + "." + name;
    }

    /** A name is as it was written, {@code orderService} for example, which is not a form that can be bound. */
    private static ConfigurationPropertyName place(String name) {
        return ConfigurationPropertyName.adapt(prefix(name), '.');
    }

    /** A named session inherits from {@code perennial.*} what it does not set. */
    private SessionProperties properties(String name) {
        Binder binder = Binder.get(environment);
        var properties = new SessionProperties();
        binder.bind(PerennialProperties.PREFIX, Bindable.ofInstance(properties));
        new CloudFallback(environment).applyTimeouts(properties);
        binder.bind(place(name), Bindable.ofInstance(properties));
        return properties;
    }

    /** The session's own servers, or those that connection details name, or those of {@code perennial.*}. */
    private ZooKeeperConnectionDetails details(String name, SessionProperties properties) {
        boolean hasItsOwn = Binder.get(environment)
                .bind(place(name).append("connect-string"), Bindable.of(String.class))
                .isBound();
        List<ZooKeeperConnectionDetails> given =
                hasItsOwn ? List.of() : details.stream().toList();
        return given.size() == 1
                ? given.get(0)
                : new PropertiesConnectionDetails(
                        name,
                        prefix(name) + ".connect-string",
                        new CloudFallback(environment).connectString(properties.getConnectString()));
    }
}
