package io.perennial.spring;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ReflectionUtils;

/** Finds beans' methods that have an annotation, behind any proxy. */
final class AnnotatedMethods<T> {
    private final Class<? extends Annotation> annotation;
    private final Function<Method, @Nullable T> read;
    private final Set<Class<?>> without = ConcurrentHashMap.newKeySet();

    /**
     * Makes it.
     *
     * @param annotation to skip quickly the beans that do not have it
     * @param read what a method declares, or null when it has no such annotation
     */
    AnnotatedMethods(Class<? extends Annotation> annotation, Function<Method, @Nullable T> read) {
        this.annotation = annotation;
        this.read = read;
    }

    /** What the bean's methods declare. */
    Map<Method, T> of(Object bean) {
        Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
        if (without.contains(type) || !AnnotationUtils.isCandidateClass(type, annotation)) {
            return Map.of();
        }
        Map<Method, T> found = MethodIntrospector.selectMethods(type, read::apply);
        if (found.isEmpty()) {
            without.add(type);
        }
        return found;
    }

    /**
     * Whether it is a bean of the factory: not a test's instance, nor the target of a scoped proxy, whose methods are
     * found on the proxy.
     */
    static boolean isBean(@Nullable String name) {
        return name != null
                && !name.endsWith(AutowireCapableBeanFactory.ORIGINAL_INSTANCE_SUFFIX)
                && !ScopedProxyUtils.isScopedTarget(name);
    }

    /**
     * Checks that there is one bean of that name, not a new one for each request.
     *
     * @throws IllegalStateException when its scope is not singleton
     */
    static void requireSingleton(
            ConfigurableListableBeanFactory beans, Object bean, String name, Class<? extends Annotation> annotation) {
        String nameOfThis = bean instanceof FactoryBean ? "&" + name : name;
        if (beans.containsBean(nameOfThis) && !beans.isSingleton(nameOfThis)) {
            throw new IllegalStateException("bean '" + name + "' has @" + annotation.getSimpleName()
                    + " but is not a singleton: each of its instances would add to the session what nothing removes"
                    + " again. Make it a singleton, give its scope a proxy, or use the session itself");
        }
    }

    /**
     * The method as it is called on the bean, which may be a proxy.
     *
     * @throws IllegalStateException when the proxy does not have it
     */
    static Method invocable(Object bean, String beanName, Method method) {
        try {
            Method invocable = AopUtils.selectInvocableMethod(method, bean.getClass());
            ReflectionUtils.makeAccessible(invocable);
            return invocable;
        } catch (IllegalStateException e) {
            throw new IllegalStateException(describe(beanName, method) + ": " + e.getMessage(), e);
        }
    }

    /** Such as {@code bean 'stock', Stock.onPrice()}. */
    static String describe(String beanName, Method method) {
        return "bean '" + beanName + "', " + method.getDeclaringClass().getSimpleName() + "." + method.getName() + "()";
    }
}
