package io.perennial.spring;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.Assert;

/** Gathers the beans with {@link ZooKeeperNode}, for the publisher. */
final class NodeMethods implements DestructionAwareBeanPostProcessor, BeanFactoryAware {
    private final AnnotatedMethods<ZooKeeperNode> methods =
            new AnnotatedMethods<>(ZooKeeperNode.class, NodeMethods::declared);
    private final List<NodeDeclaration> declarations = new CopyOnWriteArrayList<>();
    private volatile Observer observer = Observer.NONE;
    private @Nullable ConfigurableListableBeanFactory beans;

    /** Receives beans that are made and destroyed. */
    interface Observer {
        Observer NONE = new Observer() {
            @Override
            public void added(NodeDeclaration declaration) {}

            @Override
            public void removed(NodeDeclaration declaration) {}
        };

        void added(NodeDeclaration declaration);

        void removed(NodeDeclaration declaration);
    }

    /** A {@code @Bean} method's annotation is about the bean that it makes. */
    private static @Nullable ZooKeeperNode declared(Method method) {
        return AnnotatedElementUtils.hasAnnotation(method, Bean.class)
                ? null
                : AnnotatedElementUtils.findMergedAnnotation(method, ZooKeeperNode.class);
    }

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        beans = (ConfigurableListableBeanFactory) beanFactory;
    }

    /** The existing ones, in the order in which the beans were made. */
    List<NodeDeclaration> declarations() {
        return declarations;
    }

    void observe(Observer newObserver) {
        observer = newObserver;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (AnnotatedMethods.isBean(beanName)) {
            for (NodeDeclaration declaration : declarations(bean, beanName)) {
                add(declaration);
            }
        }
        return bean;
    }

    private void add(NodeDeclaration declaration) {
        declarations.add(declaration);
        try {
            observer.added(declaration);
        } catch (Throwable e) {
            // The bean will not exist.
            declarations.remove(declaration);
            observer.removed(declaration);
            throw e;
        }
    }

    private List<NodeDeclaration> declarations(Object bean, String beanName) {
        Assert.state(beans != null, "setBeanFactory comes first");
        var found = new ArrayList<NodeDeclaration>();
        Map<Method, ZooKeeperNode> annotated = methods.of(bean);
        annotated.forEach(
                (method, annotation) -> found.add(AnnotatedNode.ofMethod(beans, bean, beanName, method, annotation)));
        ZooKeeperNode onBean = onBean(beans, bean, beanName);
        if (onBean != null) {
            found.add(AnnotatedNode.ofSupplier(
                    beans, supplier(bean, beanName), supplied(bean, beanName), beanName, onBean));
        }
        if (!found.isEmpty()) {
            AnnotatedMethods.requireSingleton(beans, bean, beanName, ZooKeeperNode.class);
        }
        return found;
    }

    private static @Nullable ZooKeeperNode onBean(ConfigurableListableBeanFactory beans, Object bean, String beanName) {
        if (bean instanceof FactoryBean) {
            return null; // it is about what the factory makes
        }
        return beans.containsBean(beanName)
                ? beans.findAnnotationOnBean(beanName, ZooKeeperNode.class, false)
                : AnnotatedElementUtils.findMergedAnnotation(bean.getClass(), ZooKeeperNode.class);
    }

    private static Supplier<?> supplier(Object bean, String beanName) {
        if (bean instanceof Supplier<?> supplier) {
            return supplier;
        }
        throw new IllegalStateException("bean '" + beanName + "' has @ZooKeeperNode but is a "
                + bean.getClass().getName()
                + "; it must be a java.util.function.Supplier of the node's data, or have the"
                + " annotation on a method that returns them");
    }

    private ResolvableType supplied(Object bean, String beanName) {
        Assert.state(beans != null, "setBeanFactory comes first");
        ResolvableType type = beans.containsBeanDefinition(beanName)
                ? beans.getMergedBeanDefinition(beanName).getResolvableType()
                : ResolvableType.forInstance(bean);
        return type.as(Supplier.class).getGeneric();
    }

    @Override
    public void postProcessBeforeDestruction(Object bean, String beanName) {
        List<NodeDeclaration> gone = declarations.stream()
                .filter(declaration -> declaration.beanName().equals(beanName))
                .toList();
        declarations.removeAll(gone);
        gone.forEach(observer::removed);
    }

    @Override
    public boolean requiresDestruction(Object bean) {
        return bean instanceof FactoryBean
                || bean instanceof Supplier
                || !methods.of(bean).isEmpty();
    }
}
