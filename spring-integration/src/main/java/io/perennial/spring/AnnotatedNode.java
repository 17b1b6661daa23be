package io.perennial.spring;

import io.perennial.ResilientSessionException;
import io.perennial.ephemeral.EphemeralSpec;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Supplier;
import org.apache.zookeeper.common.PathUtils;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ResolvableType;

/** What an {@link ZooKeeperNode} annotation declares. */
final class AnnotatedNode {
    private static final byte[] EMPTY = new byte[0];

    private final Expressions expressions;
    private final Payloads payloads;
    private final ZooKeeperNode annotation;
    private final String declaredBy;
    private final ResolvableType type;
    private final Data data;

    /** Asks the bean. */
    @FunctionalInterface
    private interface Data {
        @Nullable
        Object get() throws InvocationTargetException, IllegalAccessException;
    }

    private AnnotatedNode(
            ConfigurableListableBeanFactory beans,
            ZooKeeperNode annotation,
            String declaredBy,
            ResolvableType type,
            Data data) {
        this.expressions = new Expressions(beans);
        this.payloads = new Payloads(beans);
        this.annotation = annotation;
        this.declaredBy = declaredBy;
        this.type = type;
        this.data = data;
    }

    static NodeDeclaration ofMethod(
            ConfigurableListableBeanFactory beans,
            Object bean,
            String beanName,
            Method method,
            ZooKeeperNode annotation) {
        String declaredBy = AnnotatedMethods.describe(beanName, method);
        if (method.getParameterCount() != 0 || method.getReturnType() == void.class) {
            throw new IllegalStateException(
                    declaredBy + ": a method with @ZooKeeperNode has no parameters and returns the"
                            + " node's data: byte[], String or what can be converted to them");
        }
        Method invocable = AnnotatedMethods.invocable(bean, beanName, method);
        ResolvableType type = ResolvableType.forMethodReturnType(method, AopProxyUtils.ultimateTargetClass(bean));
        return new AnnotatedNode(beans, annotation, declaredBy, type, () -> invocable.invoke(bean))
                .declaration(beans, beanName);
    }

    static NodeDeclaration ofSupplier(
            ConfigurableListableBeanFactory beans,
            Supplier<?> bean,
            ResolvableType type,
            String beanName,
            ZooKeeperNode annotation) {
        String declaredBy = "bean '" + beanName + "', its get()";
        return new AnnotatedNode(beans, annotation, declaredBy, type, bean::get).declaration(beans, beanName);
    }

    private NodeDeclaration declaration(ConfigurableListableBeanFactory beans, String beanName) {
        var sessions = new SessionLookup(beans);
        return new NodeDeclaration(
                beanName,
                declaredBy,
                () -> sessions.find(expressions.resolve(annotation.session(), declaredBy), declaredBy),
                () -> List.of(spec()));
    }

    private EphemeralSpec spec() {
        return EphemeralSpec.at(path())
                .data(bytes(ask()))
                .sequential(annotation.sequential())
                .containerParents(annotation.containerParents())
                .onConflict(annotation.onConflict());
    }

    private String path() {
        String path = expressions.path(annotation.path(), declaredBy);
        try {
            PathUtils.validatePath(path, annotation.sequential());
        } catch (IllegalArgumentException e) {
            throw new InvalidDeclarationException(declaredBy + ": " + e.getMessage(), "Correct the path.", e);
        }
        return path;
    }

    private @Nullable Object ask() {
        try {
            return data.get();
        } catch (InvocationTargetException e) {
            throw failed(e.getTargetException());
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    private ResilientSessionException failed(Throwable cause) {
        return new ResilientSessionException(
                declaredBy + ": it threw when it was asked for the data of " + annotation.path() + ": " + cause, cause);
    }

    private byte[] bytes(@Nullable Object value) {
        if (value == null) {
            return EMPTY;
        }
        Payloads.Writer writer = payloads.writer(type);
        if (writer == null) {
            writer = payloads.writer(ResolvableType.forInstance(value));
        }
        if (writer == null) {
            throw new IllegalStateException(
                    declaredBy + ": nothing turns " + value.getClass().getName()
                            + " into data: return byte[] or String, or give a PayloadConverter bean, or register a"
                            + " converter to one of them with the ConversionService");
        }
        try {
            byte[] bytes = writer.write(value);
            return bytes == null ? EMPTY : bytes;
        } catch (Throwable e) {
            throw PayloadFailure.of(declaredBy + ": its value cannot be turned into data", e);
        }
    }
}
