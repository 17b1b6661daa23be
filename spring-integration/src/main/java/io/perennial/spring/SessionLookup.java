package io.perennial.spring;

import io.perennial.ResilientSession;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanNotOfRequiredTypeException;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** Finds the session that a declaration names. */
final class SessionLookup {
    private final ConfigurableListableBeanFactory beans;

    SessionLookup(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
    }

    /**
     * The session.
     *
     * @param qualifier its qualifier or bean name; empty for the context's only or primary session
     * @param declaredBy where it was declared, for the error message
     * @throws InvalidDeclarationException when there is no such session, or several
     */
    ResilientSession find(String qualifier, String declaredBy) {
        try {
            return qualifier.isEmpty() ? beans.getBean(ResilientSession.class) : qualified(qualifier);
        } catch (NoSuchBeanDefinitionException e) {
            throw new InvalidDeclarationException(
                    declaredBy + ": "
                            + (qualifier.isEmpty()
                                    ? "there is no ResilientSession bean, or several of which none is primary; name"
                                            + " one with session = \"...\""
                                    : "session '" + qualifier + "' is neither the qualifier nor the name of one"
                                            + " ResilientSession bean")
                            + " (" + e.getMessage() + ")",
                    "Define that session, or name another one.",
                    e);
        }
    }

    /** The session of that qualifier or bean name, or null when there is none, or several. */
    @Nullable
    ResilientSession findIfAny(String qualifier) {
        try {
            return qualified(qualifier);
        } catch (NoSuchBeanDefinitionException | BeanNotOfRequiredTypeException e) {
            return null;
        }
    }

    private ResilientSession qualified(String qualifier) {
        return BeanFactoryAnnotationUtils.qualifiedBeanOfType(beans, ResilientSession.class, qualifier);
    }

    /**
     * Makes the context destroy the bean before the session. A session of a parent context is destroyed later anyway.
     */
    void destroyFirst(String beanName, ResilientSession session) {
        for (String name : beans.getBeanNamesForType(ResilientSession.class, false, true)) {
            if (beans.getBean(name) == session) {
                beans.registerDependentBean(name, beanName);
            }
        }
    }
}
