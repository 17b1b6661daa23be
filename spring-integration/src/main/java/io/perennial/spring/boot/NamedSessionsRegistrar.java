package io.perennial.spring.boot;

import io.perennial.ResilientSession;
import io.perennial.spring.EphemeralNodeSource;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.curator.framework.CuratorFramework;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
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
 * Defines three beans for each of {@code perennial.sessions.*}: session, Curator client and nodes. The first two have
 * the session's name as their qualifier, and are injected without it only when they are the primary ones.
 */
final class NamedSessionsRegistrar implements ImportBeanDefinitionRegistrar {
    private static final String PRIMARY = PerennialProperties.PREFIX + ".primary";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final Environment environment;

    NamedSessionsRegistrar(Environment environment) {
        this.environment = environment;
    }

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
        Set<String> names = NamedSessions.names(environment);
        refuseOddNames(names);
        String chosen = chosen(names);
        ListableBeanFactory beans = (ListableBeanFactory) registry;
        names.removeIf(name -> beans.containsBean(name + "Session")); // a parent context's
        if (names.isEmpty()) {
            return;
        }
        // The unnamed session's definition, or the application's own, is there by now.
        if (BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, ResilientSession.class, true, false).length
                > 0) {
            refuseSameName(names);
            refuseChoice(chosen);
        } else if (chosen == null && names.size() == 1) {
            chosen = names.iterator().next();
        }
        for (String name : names) {
            register(registry, name, name.equals(chosen));
        }
    }

    private static void register(BeanDefinitionRegistry registry, String name, boolean isPrimary) {
        var session = definition(ResilientSession.class, "session", name, isPrimary, name);
        session.setDestroyMethodName("close");
        registry.registerBeanDefinition(name + "Session", session);
        var curator = definition(
                CuratorFramework.class, "curator", name, isPrimary, new RuntimeBeanReference(name + "Session"));
        curator.setDestroyMethodName(""); // Spring would find its close(), which is the session's
        registry.registerBeanDefinition(name + "CuratorFramework", curator);
        registry.registerBeanDefinition(
                name + "Nodes", definition(EphemeralNodeSource.class, "nodes", name, true, name));
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

    /** The session to inject where none is asked for by name; null when it is not set. */
    private @Nullable String chosen(Set<String> names) {
        String given = Binder.get(environment).bind(PRIMARY, String.class).orElse(null);
        if (given != null && !names.contains(given)) {
            throw new InvalidConfigurationPropertyValueException(
                    PRIMARY, given, "it must be one of the named sessions: " + names);
        }
        return given;
    }

    /** The other session is the primary one. */
    private static void refuseChoice(@Nullable String chosen) {
        if (chosen != null) {
            throw new InvalidConfigurationPropertyValueException(
                    PRIMARY,
                    chosen,
                    "there is a session besides the named ones, from perennial.connect-string, from connection details"
                            + " or from the application itself, and that one is primary; leave one of the two out");
        }
    }

    /** A session's name may have dots, but in a property nobody could see where it ends. */
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
