package io.perennial.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.test.NoLeaks;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.MapPropertySource;

/** Nodes in a context with more than one session. */
@ExtendWith(NoLeaks.class)
@Tag("essential")
class NodesOfManySessionsIT {
    @AutoClose
    private final Contexts contexts = new Contexts();

    @Configuration(proxyBeanMethods = false)
    static class ManySessions {
        @Bean(destroyMethod = "close")
        @Primary
        ResilientSession mine(Contexts contexts) {
            return contexts.builder("mine").namespace("mine").build();
        }

        @Bean(destroyMethod = "close")
        @Qualifier("orders")
        ResilientSession ordersSession(Contexts contexts) {
            return contexts.builder("orders").namespace("orders").build();
        }

        @Bean
        EphemeralSpec plain() {
            return EphemeralSpec.at("/plain");
        }

        @Bean
        @Qualifier("qualifiedSpec")
        EphemeralSpec qualifiedSpec() {
            return EphemeralSpec.at("/own-qualifier");
        }

        @Bean
        @Qualifier("orders")
        EphemeralSpec forOrders() {
            return EphemeralSpec.at("/spec");
        }

        @Bean
        @ZooKeeperNode(path = "/supplied", session = "orders")
        Supplier<Integer> supplied() {
            return () -> 42;
        }
    }

    @ZooKeeperNode(path = "/class", session = "${which}")
    static class Supplying implements Supplier<StringBuilder> {
        @Override
        public StringBuilder get() {
            return new StringBuilder("built");
        }
    }

    static class Converter implements PayloadConverter {
        @Override
        public boolean supports(ResolvableType type) {
            return type.resolve() == StringBuilder.class;
        }

        @Override
        public Object read(byte[] data, ResolvableType type) {
            throw new UnsupportedOperationException();
        }

        @Override
        public byte[] write(Object value, ResolvableType type) {
            return ("<" + value + ">").getBytes(StandardCharsets.UTF_8);
        }
    }

    @Test
    void eachNodeIsOnItsSession() {
        AnnotationConfigApplicationContext context =
                contexts.bare(ManySessions.class, Supplying.class, Converter.class);
        context.registerBean(Contexts.class, () -> contexts, definition -> definition.setDestroyMethodName(""));
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("which", Map.of("which", "ordersSession")));
        context.refresh();

        contexts.awaitNode("/mine/plain", "");
        contexts.awaitNode("/mine/own-qualifier", "");
        contexts.awaitNode("/orders/spec", "");
        contexts.awaitNode("/orders/supplied", "42");
        contexts.awaitNode("/orders/class", "<built>");
        assertThat(contexts.observer.children("/mine")).hasSize(2);
        assertThat(contexts.observer.children("/orders")).hasSize(3);
    }
}
