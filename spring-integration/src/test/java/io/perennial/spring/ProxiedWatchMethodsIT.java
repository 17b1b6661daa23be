package io.perennial.spring;

import static io.perennial.spring.Contexts.await;
import static io.perennial.spring.WatchMethodIT.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.spring.WatchMethodIT.Seen;
import io.perennial.test.NoLeaks;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;

/** Watches of methods that are called through a proxy. */
@ExtendWith(NoLeaks.class)
@Tag("essential")
class ProxiedWatchMethodsIT {
    @AutoClose
    private final Contexts contexts = new Contexts();

    @Configuration(proxyBeanMethods = false)
    static class Scoped {
        @Bean
        @Scope(value = BeanDefinition.SCOPE_PROTOTYPE, proxyMode = ScopedProxyMode.TARGET_CLASS)
        Counted counted() {
            return new Counted();
        }
    }

    static class Counted {
        static final Seen SEEN = new Seen();

        @ZooKeeperWatch("/price")
        void changed(String price) {
            SEEN.see(price);
        }
    }

    @Test
    void aScopedProxyWatchesOnce_howeverManyItStandsFor() throws Exception {
        Counted.SEEN.seen.clear();
        contexts.observer.create("/price", bytes("3"));
        AnnotationConfigApplicationContext context = contexts.running(Scoped.class);
        Counted counted = context.getBean(Counted.class);
        assertThat(counted.toString()).isNotEqualTo(counted.toString());

        Counted.SEEN.awaitSeen("3");
        assertThat(Contexts.connected(context).report().watchesWanted()).isOne();
    }

    interface Told {
        @ZooKeeperWatch("/price")
        void told(String price);
    }

    static class Telling extends Seen implements Told {
        @Override
        public void told(String price) {
            see(price);
        }
    }

    static class TellingMore extends Telling {
        @ZooKeeperWatch("/price")
        public void notInTheInterface(String price) {
            see(price);
        }
    }

    /** Puts every bean that can be told behind a JDK proxy. */
    static class JdkProxies implements BeanPostProcessor {
        final List<String> advised = new CopyOnWriteArrayList<>();

        @Override
        public Object postProcessBeforeInitialization(Object bean, String beanName) {
            if (!(bean instanceof Told)) {
                return bean;
            }
            var proxy = new ProxyFactory(Told.class, (MethodInterceptor) invocation -> {
                advised.add(invocation.getMethod().getName());
                return invocation.proceed();
            });
            proxy.setTarget(bean);
            return proxy.getProxy();
        }
    }

    @Test
    void callsThroughAJdkProxy() {
        contexts.observer.create("/price", bytes("3"));
        AnnotationConfigApplicationContext context = contexts.running(JdkProxies.class, Telling.class);

        await().untilAsserted(() ->
                assertThat(context.getBean(JdkProxies.class).advised).contains("told"));
    }

    @Test
    void refusesAMethodThatAJdkProxyHides() {
        AnnotationConfigApplicationContext context = contexts.context(JdkProxies.class, TellingMore.class);

        assertThatThrownBy(context::refresh)
                .rootCause()
                .hasMessageContaining("Need to invoke method 'notInTheInterface'")
                .hasMessageContaining("but not found in any interface(s)");
    }
}
