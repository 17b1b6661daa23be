package io.perennial.spring;

import static io.perennial.spring.Contexts.await;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.test.FaultProxy;
import io.perennial.test.NoLeaks;
import io.perennial.watch.ChildrenChange;
import io.perennial.watch.NodeChange;
import io.perennial.watch.TreeChange;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.MapPropertySource;

@ExtendWith(NoLeaks.class)
@Tag("essential")
class WatchMethodIT {
    @AutoClose
    private final Contexts contexts = new Contexts();

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static class Seen {
        final List<Object> seen = new CopyOnWriteArrayList<>();

        void see(@Nullable Object value) {
            seen.add(value == null ? "null" : value);
        }

        void awaitSeen(Object... values) {
            await().untilAsserted(() -> assertThat(seen).containsExactly(values));
        }
    }

    static class Prices extends Seen {
        @ZooKeeperWatch("/price")
        void changed(int price) {
            see(price);
        }
    }

    @Test
    void isCalledWithTheInitialStateAndAtEachChange() {
        contexts.observer.create("/price", bytes("3"));
        Prices prices = contexts.running(Prices.class).getBean(Prices.class);
        prices.awaitSeen(3);

        contexts.observer.setData("/price", bytes("4"));
        prices.awaitSeen(3, 4);
        contexts.observer.delete("/price");
        contexts.observer.create("/price", bytes("5"));

        prices.awaitSeen(3, 4, 5);
    }

    static class All extends Seen {
        final List<NodeChange> nodes = new CopyOnWriteArrayList<>();
        final List<ChildrenChange> children = new CopyOnWriteArrayList<>();
        final List<TreeChange> trees = new CopyOnWriteArrayList<>();
        final List<Object> optionals = new CopyOnWriteArrayList<>();
        final List<Object> nullables = new CopyOnWriteArrayList<>();

        @ZooKeeperWatch("/tree/${child}")
        public void node(NodeChange change) {
            nodes.add(change);
        }

        @ZooKeeperWatch("#{'/tree'}")
        void children(ChildrenChange change) {
            children.add(change);
        }

        @ZooKeeperWatch("/tree")
        private void tree(TreeChange change) {
            trees.add(change);
        }

        @ZooKeeperWatch("/tree/a")
        void optional(Optional<String> data) {
            optionals.add(data);
        }

        @ZooKeeperWatch("/tree/a")
        void nullable(byte @Nullable [] data) {
            nullables.add(data == null ? "null" : new String(data, StandardCharsets.UTF_8));
        }
    }

    @Test
    void theParameterSaysWhatIsWatched() {
        AnnotationConfigApplicationContext context = contexts.context(All.class);
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("child", Map.of("child", "a")));
        context.refresh();
        All all = context.getBean(All.class);
        await().untilAsserted(() -> {
            assertThat(all.nodes).hasSize(1);
            assertThat(all.nodes.get(0).exists()).isFalse();
            assertThat(all.children).hasSize(1);
            assertThat(all.optionals).containsExactly(Optional.empty());
            assertThat(all.nullables).containsExactly("null");
        });

        contexts.observer.create("/tree", bytes(""));
        contexts.observer.create("/tree/a", bytes("x"));

        await().untilAsserted(() -> {
            assertThat(all.nodes.get(all.nodes.size() - 1).data()).isEqualTo(bytes("x"));
            assertThat(all.children.get(all.children.size() - 1).children()).containsExactly("a");
            assertThat(all.trees)
                    .extracting(TreeChange::path, TreeChange::kind)
                    .contains(org.assertj.core.groups.Tuple.tuple("/tree/a", TreeChange.Kind.CREATED));
            assertThat(all.optionals).containsExactly(Optional.empty(), Optional.of("x"));
            assertThat(all.nullables).containsExactly("null", "x");
        });
    }

    static class Two extends Seen {
        @ZooKeeperWatch("/a")
        @ZooKeeperWatch(path = "/b", session = "session")
        void changed(String data) {
            see(data);
        }
    }

    @Test
    void oneMethodMayWatchSeveralPaths() {
        contexts.observer.create("/a", bytes("a"));
        contexts.observer.create("/b", bytes("b"));

        Two two = contexts.running(Two.class).getBean(Two.class);

        await().untilAsserted(() -> assertThat(two.seen).containsExactlyInAnyOrder("a", "b"));
    }

    static class Changes extends Seen {
        @ZooKeeperWatch("/price")
        void changed(NodeChange change) {
            see(change.whileAway() + " " + change.generation() + " "
                    + (change.data() == null ? "-" : new String(change.data(), StandardCharsets.UTF_8)));
        }
    }

    @Test
    void anExpiryChangesNothing_andWhatWasMissedIsTold() throws Exception {
        contexts.observer.create("/price", bytes("3"));
        try (var proxy = new FaultProxy(contexts.server.port());
                AnnotationConfigApplicationContext context = contexts.bare(Changes.class)) {
            context.registerBean(ResilientSession.class, () -> contexts.builder("session")
                    .connectString(proxy.connectString())
                    .build());
            context.refresh();
            Changes changes = context.getBean(Changes.class);
            ResilientSession session = Contexts.connected(context);
            changes.awaitSeen("false 1 3");

            proxy.disconnect();
            contexts.expire(session);
            contexts.observer.setData("/price", bytes("4"));
            proxy.accept();

            changes.awaitSeen("false 1 3", "true 2 4");
            contexts.observer.setData("/price", bytes("5"));
            changes.awaitSeen("false 1 3", "true 2 4", "false 2 5");
        }
    }

    static class Early {
        final List<Boolean> connected = new CopyOnWriteArrayList<>();

        Early(ResilientSession session, Prices prices) throws Exception {
            session.curator().checkExists().forPath("/price");
            connected.add(session.awaitConnected(java.time.Duration.ofSeconds(30)));
            assertThat(session.report().watchesWanted()).isZero();
            assertThat(prices.seen).isEmpty();
        }
    }

    @Test
    void nothingIsToldBeforeAllSingletonsAreThere_evenIfTheSessionHasStarted() {
        contexts.observer.create("/price", bytes("3"));

        AnnotationConfigApplicationContext context = contexts.running(Prices.class, Early.class);

        assertThat(context.getBean(Early.class).connected).containsExactly(true);
        context.getBean(Prices.class).awaitSeen(3);
    }

    @Lazy
    static class LazyPrices extends Prices {}

    @Test
    void aLazyBeanWatchesFromItsCreationToItsDestruction() throws Exception {
        contexts.observer.create("/price", bytes("3"));
        AnnotationConfigApplicationContext context = contexts.running(LazyPrices.class);
        ResilientSession session = Contexts.connected(context);
        assertThat(session.report().watchesWanted()).isZero();

        LazyPrices prices = context.getBean(LazyPrices.class);
        prices.awaitSeen(3);
        assertThat(session.report().watchesWanted()).isOne();

        context.getBeanFactory().destroyBean("watchMethodIT.LazyPrices", prices);
        assertThat(session.report().watchesWanted()).isZero();
    }

    static class PricesFactory implements FactoryBean<Prices> {
        @Override
        public Prices getObject() {
            return new Prices();
        }

        @Override
        public Class<?> getObjectType() {
            return Prices.class;
        }
    }

    @Test
    void whatAFactoryBeanMakesWatches() {
        contexts.observer.create("/price", bytes("3"));
        AnnotationConfigApplicationContext context = contexts.running(PricesFactory.class);

        context.getBean(Prices.class).awaitSeen(3);
    }

    static class Throwing extends Seen {
        @ZooKeeperWatch("/price")
        void changed(String price) throws Exception {
            see(price);
            if (price.equals("1")) {
                throw new Exception("not that one");
            }
        }
    }

    @Test
    void whatAMethodThrowsIsReportedAsOfOtherListeners_andChangesNothing() throws Exception {
        contexts.observer.create("/price", bytes("1"));
        String log = logged(() -> {
            AnnotationConfigApplicationContext context = contexts.running(Throwing.class);
            ResilientSession session = Contexts.connected(context);
            await().untilAsserted(() ->
                    assertThat(session.report().callbackFailures()).isOne());
            contexts.observer.setData("/price", bytes("2"));
            context.getBean(Throwing.class).awaitSeen("1", "2");
        });

        assertThat(log)
                .contains("a watch listener threw")
                .contains("bean 'watchMethodIT.Throwing', Throwing.changed() threw java.lang.Exception when it was"
                        + " called for a change of /price")
                .contains("not that one");
    }

    @Test
    void aFailedConversionIsReported_withoutTheNodesData() throws Exception {
        contexts.observer.create("/price", bytes("topsecret"));
        String log = logged(() -> {
            AnnotationConfigApplicationContext context = contexts.running(Prices.class);
            ResilientSession session = Contexts.connected(context);
            await().untilAsserted(() ->
                    assertThat(session.report().callbackFailures()).isOne());
            contexts.observer.setData("/price", bytes("2"));
            context.getBean(Prices.class).awaitSeen(2);
        });

        assertThat(log)
                .contains("bean 'watchMethodIT.Prices', Prices.changed(): the 9 bytes at /price cannot be turned into"
                        + " int: java.lang.NumberFormatException")
                .doesNotContain("topsecret");
    }

    /** What the session logs meanwhile, with stack traces. */
    private static String logged(Action action) throws Exception {
        var appender = new ListAppender<ILoggingEvent>();
        appender.start();
        Logger logger = (Logger) LoggerFactory.getLogger("io.perennial");
        logger.addAppender(appender);
        try {
            action.run();
        } finally {
            logger.detachAppender(appender);
        }
        var text = new StringBuilder();
        for (ILoggingEvent event : List.copyOf(appender.list)) {
            text.append(event.getFormattedMessage()).append('\n');
            IThrowableProxy thrown = event.getThrowableProxy();
            if (thrown != null) {
                text.append(ThrowableProxyUtil.asString(thrown));
            }
        }
        return text.toString();
    }

    @FunctionalInterface
    private interface Action {
        void run() throws Exception;
    }

    /** Made first, injected nowhere, and so without the watch destroyed last. */
    static class Goodbye extends Prices implements DisposableBean {
        @Nullable
        ResilientSession session;

        @Override
        public void destroy() {
            if (session != null) {
                see(session.state());
                see(session.report().watchesWanted());
            }
        }
    }

    @Test
    void endsBeforeTheBean_andTheBeanBeforeItsSession() throws Exception {
        AnnotationConfigApplicationContext context = contexts.running(Goodbye.class);
        Goodbye goodbye = context.getBean(Goodbye.class);
        goodbye.session = Contexts.connected(context);

        context.close();

        assertThat(goodbye.seen).containsExactly(SessionState.CONNECTED, 0);
    }
}
