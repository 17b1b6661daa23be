package io.perennial.spring;

import io.perennial.ResilientSession;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;

/** Finds the session that a declaration means. */
final class SessionLookup {
    private final BeanFactory beans;

    SessionLookup(BeanFactory beans) {
        this.beans = beans;
    }

    /**
     * The session.
     *
     * @param qualifier its qualifier or bean name; empty for the context's one or primary session
     * @param declaredBy who asks, for the error
     * @throws IllegalStateException when there is no such session, or several
     */
    ResilientSession find(String qualifier, String declaredBy) {
        try {
            return qualifier.isEmpty()
                    ? beans.getBean(ResilientSession.class)
                    : BeanFactoryAnnotationUtils.qualifiedBeanOfType(beans, ResilientSession.class, qualifier);
        } catch (NoSuchBeanDefinitionException e) {
            throw new IllegalStateException(
                    declaredBy + ": "
                            + (qualifier.isEmpty()
                                    ? "there is no ResilientSession bean, or several of which none is primary; name one with"
                                            + " session = \"...\""
                                    : "session '" + qualifier + "' is neither the qualifier nor the name of one"
                                            + " ResilientSession bean")
                            + " (" + e.getMessage() + ")",
                    e);
        }
    }
}
