package io.perennial.spring.boot;

import io.perennial.ResilientSession;
import io.perennial.spring.EphemeralNodeSource;
import java.util.Set;
import org.apache.curator.framework.CuratorFramework;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.RuntimeBeanReference;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Defines three beans for each of {@code perennial.sessions.*}: session, Curator client and nodes. The first two have the
 * session's name as their qualifier, and are injected without it only when they are the primary ones.
 */
final class NamedSessionsRegistrar implements ImportBeanDefinitionRegistrar {
    private final Environment environment;

    NamedSessionsRegistrar(Environment environment) {
        this.environment = environment;
    }

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
        Set<String> names = NamedSessions.names(environment);
        String primary = primary(names);
        for (String name : names) {
            boolean isPrimary = name.equals(primary);
            var session = definition(ResilientSession.class, "session", name, isPrimary, name);
            session.setDestroyMethodName("close");
            registry.registerBeanDefinition(name + "Session", session);
            registry.registerBeanDefinition(
                    name + "CuratorFramework",
                    definition(
                            CuratorFramework.class,
                            "curator",
                            name,
                            isPrimary,
                            new RuntimeBeanReference(name + "Session")));
            registry.registerBeanDefinition(
                    name + "Nodes", definition(EphemeralNodeSource.class, "nodes", name, true, name));
        }
    }

    private static RootBeanDefinition definition(
            Class<?> type, String method, String name, boolean isDefault, Object argument) {
        var definition = new RootBeanDefinition(type);
        definition.setFactoryBeanName("perennialNamedSessions");
        definition.setUniqueFactoryMethodName(method);
        definition.getConstructorArgumentValues().addIndexedArgumentValue(0, argument);
        definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, name));
        definition.setDefaultCandidate(isDefault);
        return definition;
    }

    /** Which one is injected where none is asked for by name; null when that is the unnamed session, or none. */
    private @Nullable String primary(Set<String> names) {
        String property = PerennialProperties.PREFIX + ".primary";
        String given = environment.getProperty(property);
        if (given != null && !names.contains(given)) {
            throw new InvalidConfigurationPropertyValueException(
                    property, given, "it must be one of the named sessions: " + names);
        }
        if (new CloudFallback(environment)
                        .connectString(environment.getProperty(PerennialProperties.PREFIX + ".connect-string"))
                != null) {
            if (given != null) {
                throw new InvalidConfigurationPropertyValueException(
                        property,
                        given,
                        "perennial.connect-string is given, whose session is the primary one; leave one out");
            }
            return null;
        }
        return given == null && names.size() == 1 ? names.iterator().next() : given;
    }
}
