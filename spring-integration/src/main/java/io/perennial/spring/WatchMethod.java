package io.perennial.spring;

import io.perennial.Registration;
import io.perennial.ResilientSession;
import io.perennial.ResilientSessionException;
import io.perennial.watch.ChildrenChange;
import io.perennial.watch.NodeChange;
import io.perennial.watch.TreeChange;
import io.perennial.watch.Watch;
import io.perennial.watch.Watches;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodParameter;

/** One {@link ZooKeeperWatch} on a bean's method. */
final class WatchMethod {
    private final ConfigurableListableBeanFactory beans;
    private final Object bean;
    private final String beanName;
    private final ZooKeeperWatch annotation;
    private final String declaredBy;
    private final MethodParameter parameter;
    private final Method invocable;

    WatchMethod(
            ConfigurableListableBeanFactory beans,
            Object bean,
            String beanName,
            Method method,
            ZooKeeperWatch annotation) {
        this.beans = beans;
        this.bean = bean;
        this.beanName = beanName;
        this.annotation = annotation;
        this.declaredBy = AnnotatedMethods.describe(beanName, method);
        if (method.getParameterCount() != 1) {
            throw new IllegalStateException(declaredBy + " has " + method.getParameterCount()
                    + " parameters; one with @ZooKeeperWatch has exactly one: NodeChange, ChildrenChange, TreeChange,"
                    + " or the node's data as byte[], String or what they can be converted to");
        }
        this.parameter = new MethodParameter(method, 0).withContainingClass(AopProxyUtils.ultimateTargetClass(bean));
        this.invocable = AnnotatedMethods.invocable(bean, beanName, method);
    }

    String beanName() {
        return beanName;
    }

    /** Sets the watch, and has the bean destroyed before the session. */
    Registration watch() {
        var expressions = new Expressions(beans);
        String path = expressions.path(annotation.path(), declaredBy);
        var sessions = new SessionLookup(beans);
        ResilientSession session = sessions.find(expressions.resolve(annotation.session(), declaredBy), declaredBy);
        sessions.destroyFirst(beanName, session);
        try {
            Watch watch = watch(session.watches(), path);
            return watch::close;
        } catch (IllegalArgumentException e) {
            throw new InvalidDeclarationException(
                    declaredBy + ": " + path + " cannot be watched: " + e.getMessage(), "Correct the path.", e);
        }
    }

    private Watch watch(Watches watches, String path) {
        Class<?> type = parameter.getParameterType();
        if (type == NodeChange.class) {
            return watches.node(path, change -> call(path, change));
        }
        if (type == ChildrenChange.class) {
            return watches.children(path, change -> call(path, change));
        }
        if (type == TreeChange.class) {
            return watches.tree(path, change -> call(path, change));
        }
        var payload = new PayloadParameter(parameter, new Payloads(beans), declaredBy);
        return watches.node(path, change -> deliver(payload, change));
    }

    private void deliver(PayloadParameter payload, NodeChange change) {
        Object argument = payload.argument(change);
        if (argument != null || payload.acceptsNull()) {
            call(change.path(), argument);
        }
    }

    private void call(String path, @Nullable Object argument) {
        try {
            invocable.invoke(bean, argument);
        } catch (InvocationTargetException e) {
            throw failed(path, e.getTargetException());
        } catch (IllegalAccessException | IllegalArgumentException e) {
            throw failed(path, e);
        }
    }

    private ResilientSessionException failed(String path, Throwable cause) {
        return new ResilientSessionException(
                declaredBy + " threw " + cause.getClass().getName() + " when it was called for a change of " + path,
                cause);
    }
}
