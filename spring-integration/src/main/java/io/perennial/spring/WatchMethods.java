package io.perennial.spring;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.perennial.Registration;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.Assert;

/**
 * Finds the beans' methods with {@link ZooKeeperWatch} and sets their watches, from {@link #begin()} until their bean
 * is destroyed.
 *
 * <p>Concurrency: what is found before {@code begin} waits under the lock; sessions are looked up and watches set
 * outside it.
 */
final class WatchMethods implements DestructionAwareBeanPostProcessor, BeanFactoryAware {
    private final AnnotatedMethods<Set<ZooKeeperWatch>> methods =
            new AnnotatedMethods<>(ZooKeeperWatch.class, WatchMethods::declared);
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final List<WatchMethod> waiting = new ArrayList<>();

    @GuardedBy("lock")
    private final List<Active> active = new ArrayList<>();

    @GuardedBy("lock")
    private boolean begun;

    private @Nullable ConfigurableListableBeanFactory beans;

    private record Active(String beanName, Registration watch) {}

    private static @Nullable Set<ZooKeeperWatch> declared(Method method) {
        Set<ZooKeeperWatch> found = AnnotatedElementUtils.findMergedRepeatableAnnotations(
                method, ZooKeeperWatch.class, ZooKeeperWatches.class);
        return found.isEmpty() ? null : found;
    }

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        beans = (ConfigurableListableBeanFactory) beanFactory;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (!AnnotatedMethods.isBean(beanName)) {
            return bean;
        }
        Map<Method, Set<ZooKeeperWatch>> found = methods.of(bean);
        if (!found.isEmpty()) {
            Assert.state(beans != null, "setBeanFactory comes first");
            AnnotatedMethods.requireSingleton(beans, bean, beanName, ZooKeeperWatch.class);
            try {
                found.forEach((method, annotations) -> add(beans, bean, beanName, method, annotations));
            } catch (Throwable e) {
                // The bean will not exist.
                end(beanName);
                throw e;
            }
        }
        return bean;
    }

    private void add(
            ConfigurableListableBeanFactory factory,
            Object bean,
            String beanName,
            Method method,
            Set<ZooKeeperWatch> annotations) {
        for (ZooKeeperWatch annotation : annotations) {
            add(new WatchMethod(factory, bean, beanName, method, annotation));
        }
    }

    private void add(WatchMethod method) {
        synchronized (lock) {
            if (!begun) {
                waiting.add(method);
                return;
            }
        }
        watch(method);
    }

    /** All singletons exist: sets the watches, and from now on those of later beans at once. */
    void begin() {
        List<WatchMethod> found;
        synchronized (lock) {
            begun = true;
            found = List.copyOf(waiting);
            waiting.clear();
        }
        found.forEach(this::watch);
    }

    private void watch(WatchMethod method) {
        var watch = new Active(method.beanName(), method.watch());
        synchronized (lock) {
            active.add(watch);
        }
    }

    @Override
    public void postProcessBeforeDestruction(Object bean, String beanName) {
        end(beanName);
    }

    private void end(String beanName) {
        List<Active> ended;
        synchronized (lock) {
            waiting.removeIf(method -> method.beanName().equals(beanName));
            ended = active.stream()
                    .filter(watch -> watch.beanName.equals(beanName))
                    .toList();
            active.removeAll(ended);
        }
        ended.forEach(each -> each.watch.close());
    }

    /** A factory's product has the factory's name, and its end is reported in no other way. */
    @Override
    public boolean requiresDestruction(Object bean) {
        return bean instanceof FactoryBean || !methods.of(bean).isEmpty();
    }
}
