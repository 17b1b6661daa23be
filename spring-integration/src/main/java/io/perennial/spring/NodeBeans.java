package io.perennial.spring;

import io.perennial.ResilientSession;
import io.perennial.ResilientSessionException;
import io.perennial.ephemeral.EphemeralSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;

/** The context's beans, not its parent's, that as a whole declare nodes. */
final class NodeBeans {
    private final ConfigurableListableBeanFactory beans;
    private final SessionLookup sessions;

    NodeBeans(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
        this.sessions = new SessionLookup(beans);
    }

    List<NodeDeclaration> declarations() {
        var found = new ArrayList<NodeDeclaration>();
        names(EphemeralSpec.class).forEach(name -> found.add(spec(name)));
        names(EphemeralNodeSource.class).forEach(name -> found.add(source(name)));
        return found;
    }

    private List<String> names(Class<?> type) {
        return Arrays.stream(beans.getBeanNamesForType(type))
                .filter(name -> !ScopedProxyUtils.isScopedTarget(name))
                .toList();
    }

    private NodeDeclaration spec(String name) {
        String declaredBy = "bean '" + name + "', an EphemeralSpec";
        return new NodeDeclaration(
                name,
                declaredBy,
                () -> session(name, declaredBy),
                () -> List.of(beans.getBean(name, EphemeralSpec.class)));
    }

    private NodeDeclaration source(String name) {
        String declaredBy = "bean '" + name + "', its nodes()";
        return new NodeDeclaration(
                name,
                declaredBy,
                () -> sessions.find(
                        beans.getBean(name, EphemeralNodeSource.class).session(), declaredBy),
                () -> nodes(beans.getBean(name, EphemeralNodeSource.class), declaredBy));
    }

    private static List<EphemeralSpec> nodes(EphemeralNodeSource source, String declaredBy) {
        try {
            return source.nodes();
        } catch (Throwable e) {
            throw new ResilientSessionException(declaredBy + " failed: " + e, e);
        }
    }

    /** A qualifier that names no session has another purpose. */
    private ResilientSession session(String name, String declaredBy) {
        for (String qualifier : qualifiers(name)) {
            ResilientSession session = sessions.findIfAny(qualifier);
            if (session != null) {
                return session;
            }
        }
        return sessions.find("", declaredBy);
    }

    private List<String> qualifiers(String name) {
        var qualifiers = new ArrayList<String>();
        if (beans.containsBeanDefinition(name)
                && beans.getMergedBeanDefinition(name) instanceof AbstractBeanDefinition definition) {
            definition
                    .getQualifiers()
                    .forEach(qualifier -> qualifiers.add(String.valueOf(qualifier.getAttribute("value"))));
        }
        Qualifier annotation = beans.findAnnotationOnBean(name, Qualifier.class);
        if (annotation != null) {
            qualifiers.add(annotation.value());
        }
        return qualifiers;
    }
}
