package io.perennial.spring.boot;

import io.perennial.ResilientSession;
import io.perennial.spring.EphemeralNodeSource;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.curator.framework.CuratorFramework;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.RuntimeBeanReference;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Defines three beans for each of {@code perennial.sessions.*}: session, Curator client and nodes. The first two have the
 * session's name as their qualifier, and are injected without it only when they are the primary ones.
 */
final class NamedSessionsRegistrar implements ImportBeanDefinitionRegistrar {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final Environment environment;

    NamedSessionsRegistrar(Environment environment) {
        this.environment = environment;
    }

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
        Set<String> names = NamedSessions.names(environment);
        // The unnamed session's definition, or the application's own, is there by now.
        boolean isThereAnother = registry instanceof ListableBeanFactory beans
                && beans.getBeanNamesForType(ResilientSession.class, true, false).length > 0;
        refuseOddNames(names);
        if (isThereAnother) {
            refuseSameName(names);
        }
        String primary = primary(names, isThereAnother);
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

    /** Which one is injected where none is asked for by name; null when that is a session without such a name, or none. */
    private @Nullable String primary(Set<String> names, boolean isThereAnother) {
        String property = PerennialProperties.PREFIX + ".primary";
        String given = Binder.get(environment).bind(property, String.class).orElse(null);
        if (given != null && !names.contains(given)) {
            throw new InvalidConfigurationPropertyValueException(
                    property, given, "it must be one of the named sessions: " + names);
        }
        if (given != null && isThereAnother) {
            throw new InvalidConfigurationPropertyValueException(
                    property,
                    given,
                    "there is a session besides the named ones, of perennial.connect-string, of connection details or"
                            + " of the application's own, and that is the primary one; leave one out");
        }
        return given == null && names.size() == 1 && !isThereAnother
                ? names.iterator().next()
                : given;
    }

    /** A session's name may have dots, but in a property it could not be told where it ends. */
    private static void refuseOddNames(Set<String> names) {
        for (String name : names) {
            if (!NAME.matcher(name).matches()) {
                throw new InvalidConfigurationPropertyValueException(
                        NamedSessions.PREFIX + "." + name,
                        name,
                        "the name of a session must be 1 to 64 letters, digits, '_' or '-'");
            }
        }
    }

    private void refuseSameName(Set<String> names) {
        String property = PerennialProperties.PREFIX + ".name";
        String unnamed = Binder.get(environment).bind(property, String.class).orElse(PerennialProperties.DEFAULT_NAME);
        if (names.contains(unnamed)) {
            throw new InvalidConfigurationPropertyValueException(
                    property, unnamed, "one of the named sessions has that name; give another one here");
        }
    }
}
