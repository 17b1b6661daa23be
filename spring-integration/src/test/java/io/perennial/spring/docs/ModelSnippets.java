package io.perennial.spring.docs;

import io.perennial.ResilientSession;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.spring.EnablePerennial;
import io.perennial.spring.EphemeralNodeSource;
import io.perennial.spring.PayloadConverter;
import io.perennial.spring.PublishedNodes;
import io.perennial.spring.SessionTransitionEvent;
import io.perennial.spring.ZooKeeperNode;
import io.perennial.spring.ZooKeeperWatch;
import io.perennial.watch.ChildrenChange;
import io.perennial.watch.TreeChange;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.ResolvableType;
import org.springframework.stereotype.Component;

/** Of {@code docs/spring-model.md}. */
final class ModelSnippets {
    private ModelSnippets() {}

    private static void apply(int percent) {}

    private static void show(String text) {}

    private static void balance(Set<String> workers) {}

    private static void reload(String path) {}

    private static void page(String text) {}

    // [plain]
    @Configuration(proxyBeanMethods = false)
    @EnablePerennial
    static class Sessions {
        @Bean(destroyMethod = "close")
        ResilientSession session() {
            return ResilientSession.builder().connectString("zk1:2181,zk2:2181").build(); // the context starts it
        }
    }
    // [end]

    // [watches]
    @Component
    static class Catalogue {
        @ZooKeeperWatch("/shop/discount")
        void discount(int percent) { // called only while the node exists
            apply(percent);
        }

        @ZooKeeperWatch("/shop/${shop.region:eu}/banner")
        void banner(Optional<String> text) { // empty while it does not
            show(text.orElse("Welcome"));
        }

        @ZooKeeperWatch(path = "/workers", session = "orders")
        void workers(ChildrenChange change) {
            balance(change.children());
        }

        @ZooKeeperWatch("/flags")
        void flags(TreeChange change) {
            if (change.whileAway()) {
                reload(change.path()); // it changed while the session was away
            }
        }
    }
    // [end]

    // [nodes]
    @Component
    static class Worker {
        @ZooKeeperNode("/workers/${worker.name}")
        String address() {
            return "10.0.0.7:8080";
        }

        @ZooKeeperNode(path = "/queue/w-", sequential = true, session = "orders")
        byte[] turn() {
            return new byte[0];
        }
    }
    // [end]

    static class NodeBeans {
        // [node-beans]
        @Bean
        @ZooKeeperNode("/services/shop/${local.server.port}")
        Supplier<String> weight() {
            return () -> "100";
        }

        @Bean
        @Qualifier("orders") // the session that holds it
        EphemeralSpec marker() {
            return EphemeralSpec.at("/markers/shop").containerParents(true);
        }

        @Bean
        EphemeralNodeSource shards(ShardTable table) {
            return () -> table.mine().stream()
                    .map(shard -> EphemeralSpec.at("/shards/" + shard))
                    .toList();
        }
        // [end]
    }

    interface ShardTable {
        List<Integer> mine();
    }

    // [refresh]
    @Component
    static class Load {
        private final PublishedNodes nodes;

        Load(PublishedNodes nodes) {
            this.nodes = nodes;
        }

        void changed() {
            nodes.refresh().exceptionally(problem -> null); // asks again, writes what differs
        }
    }
    // [end]

    record Address(String host, int port) {}

    // [converter]
    @Component
    static class AddressConverter implements PayloadConverter {
        @Override
        public boolean supports(ResolvableType type) {
            return type.resolve() == Address.class;
        }

        @Override
        public Object read(byte[] data, ResolvableType type) {
            String[] parts = new String(data, StandardCharsets.UTF_8).split(":");
            return new Address(parts[0], Integer.parseInt(parts[1]));
        }

        @Override
        public byte[] write(Object value, ResolvableType type) {
            var address = (Address) value;
            return (address.host() + ":" + address.port()).getBytes(StandardCharsets.UTF_8);
        }
    }
    // [end]

    // [events]
    @Component
    static class Operator {
        @EventListener(condition = "event.transition.to.name() == 'LOST'")
        void lost(SessionTransitionEvent event) {
            page(event.session() + ": " + event.transition().detail());
        }
    }
    // [end]
}
