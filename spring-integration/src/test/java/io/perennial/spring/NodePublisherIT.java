package io.perennial.spring;

import static io.perennial.spring.Contexts.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.test.NoLeaks;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.NameMatchMethodPointcut;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Primary;
import org.springframework.context.annotation.Scope;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.MapPropertySource;

@ExtendWith(NoLeaks.class)
@Tag("essential")
class NodePublisherIT {
    @AutoClose
    private final Contexts contexts = new Contexts();

    private String data(String path) {
        return new String(contexts.observer.data(path), StandardCharsets.UTF_8);
    }

    private void awaitNode(String path, String data) {
        await().untilAsserted(() -> {
            assertThat(contexts.observer.exists(path)).isTrue();
            assertThat(data(path)).isEqualTo(data);
        });
    }

    static class Worker {
        volatile String address = "here:1";

        @ZooKeeperNode("/workers/a")
        String address() {
            return address;
        }

        @ZooKeeperNode(path = "/counted/w-", sequential = true)
        byte[] numbered() {
            return new byte[] {1};
        }

        @ZooKeeperNode("/workers/port-${local.port}")
        URI uri() {
            return URI.create("http://here:1/");
        }

        @ZooKeeperNode("/workers/#{1 + 2}")
        @Nullable
        Integer nothing() {
            return null;
        }
    }

    /** As a web server: its port is known when it has started. */
    static class WebServer implements SmartLifecycle {
        private final AnnotationConfigApplicationContext context;
        final List<Boolean> nodeAtStop = new CopyOnWriteArrayList<>();

        @Nullable
        Contexts contexts;

        private boolean running;

        WebServer(AnnotationConfigApplicationContext context) {
            this.context = context;
        }

        @Override
        public void start() {
            running = true;
            context.getEnvironment()
                    .getPropertySources()
                    .addFirst(new MapPropertySource("port", Map.of("local.port", "8080")));
        }

        @Override
        public void stop() {
            running = false;
            if (contexts != null) {
                nodeAtStop.add(contexts.observer.exists("/workers/a"));
            }
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return SmartLifecycle.DEFAULT_PHASE - 1024;
        }
    }

    @Test
    void publishesWhatMethodsReturn_afterTheWebServerAndUntilItDrains() throws Exception {
        AnnotationConfigApplicationContext context = contexts.running(Worker.class, WebServer.class);
        context.getBean(WebServer.class).contexts = contexts;
        long session = Contexts.connected(context).info().orElseThrow().sessionId();

        awaitNode("/workers/a", "here:1");
        assertThat(contexts.observer.ownerOf("/workers/a")).contains(session);
        awaitNode("/workers/port-8080", "http://here:1/");
        awaitNode("/workers/3", "");
        await().untilAsserted(
                        () -> assertThat(contexts.observer.children("/counted")).hasSize(1));
        await().untilAsserted(
                        () -> assertThat(context.getBean(PublishedNodes.class).nodes())
                                .hasSize(4)
                                .allSatisfy(node -> assertThat(node.status()).isEqualTo(Status.HELD)));

        WebServer web = context.getBean(WebServer.class);
        context.close();

        assertThat(web.nodeAtStop).containsExactly(false);
        assertThat(contexts.observer.children("/workers")).isEmpty();
        assertThat(contexts.observer.children("/counted")).isEmpty();
    }

    @Test
    void publishesNothingBeforeTheRefreshIsThrough() throws Exception {
        AnnotationConfigApplicationContext context = contexts.context(Worker.class, WebServer.class);
        context.registerBean(
                "early",
                SmartLifecycle.class,
                () -> new Phase(SessionPhases.NODES - 1, () -> {
                    assertThat(connectedQuietly(context)).isTrue();
                    assertThat(contexts.observer.exists("/workers")).isFalse();
                    assertThat(context.getBean(PublishedNodes.class).nodes()).isEmpty();
                }));
        context.refresh();

        awaitNode("/workers/a", "here:1");
    }

    private static boolean connectedQuietly(AnnotationConfigApplicationContext context) {
        try {
            return Contexts.connected(context).info().isPresent();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void publishesAgainAfterAnExpiry() throws Exception {
        AnnotationConfigApplicationContext context = contexts.running(Worker.class, WebServer.class);
        ResilientSession session = Contexts.connected(context);
        awaitNode("/workers/a", "here:1");

        contexts.expire(session);

        await().untilAsserted(() -> {
            assertThat(session.lease().generation()).isEqualTo(2);
            assertThat(contexts.observer.ownerOf("/workers/a"))
                    .contains(session.info().orElseThrow().sessionId());
        });
    }

    @Test
    void stopAndStartPublishesAgain_withTheDataOfThen() throws Exception {
        AnnotationConfigApplicationContext context = contexts.running(Worker.class, WebServer.class);
        Contexts.connected(context);
        awaitNode("/workers/a", "here:1");

        context.stop();
        assertThat(contexts.observer.children("/workers")).isEmpty();
        assertThat(context.getBean(PublishedNodes.class).nodes()).isEmpty();
        context.getBean(Worker.class).address = "there:2";
        context.start();

        awaitNode("/workers/a", "there:2");
    }

    static class Fickle {
        volatile boolean fails;

        @ZooKeeperNode("/fickle")
        String address() {
            if (fails) {
                throw new UnsupportedOperationException("not today");
            }
            return "";
        }
    }

    @Test
    void aStartThatFailsTakesBackWhatItHasPublished() throws Exception {
        AnnotationConfigApplicationContext context = contexts.running(Worker.class, WebServer.class, Fickle.class);
        ResilientSession session = Contexts.connected(context);
        context.stop();
        context.getBean(Fickle.class).fails = true;

        assertThatThrownBy(context::start).hasRootCauseMessage("not today");

        assertThat(context.getBean(PublishedNodes.class).nodes()).isEmpty();
        await().untilAsserted(() -> {
            assertThat(session.report().nodesWanted()).isZero();
            assertThat(contexts.observer.children("/workers")).isEmpty();
        });
    }

    @Lazy
    static class LazyFickle extends Fickle {
        LazyFickle() {
            fails = true;
        }
    }

    @Test
    void aLazyBeanThatIsRefusedIsForgotten() throws Exception {
        AnnotationConfigApplicationContext context = contexts.running(LazyFickle.class);
        Contexts.connected(context);
        assertThatThrownBy(() -> context.getBean(LazyFickle.class)).hasRootCauseMessage("not today");

        context.stop();
        context.start();

        assertThat(context.getBean(PublishedNodes.class).nodes()).isEmpty();
    }

    @Test
    void withdrawsTheNodesWhilePaused_andKeepsTheSession() throws Exception {
        AnnotationConfigApplicationContext context = contexts.running(Worker.class, WebServer.class);
        ResilientSession session = Contexts.connected(context);
        awaitNode("/workers/a", "here:1");

        context.pause();
        assertThat(contexts.observer.children("/workers")).isEmpty();
        assertThat(session.lease().generation()).isEqualTo(1);
        assertThat(session.awaitConnected(Duration.ZERO)).isTrue();
        context.restart();

        awaitNode("/workers/a", "here:1");
        assertThat(session.lease().generation()).isEqualTo(1);
    }

    @Test
    void refreshAsksAgain_andWritesWhatHasChanged() throws Exception {
        AnnotationConfigApplicationContext context = contexts.running(Worker.class, WebServer.class);
        Contexts.connected(context);
        awaitNode("/workers/a", "here:1");
        awaitNode("/workers/port-8080", "http://here:1/");
        PublishedNodes nodes = context.getBean(PublishedNodes.class);
        int untouched =
                contexts.observer.stat("/workers/port-8080").orElseThrow().getVersion();

        context.getBean(Worker.class).address = "there:2";
        nodes.refresh().get(30, TimeUnit.SECONDS);

        assertThat(data("/workers/a")).isEqualTo("there:2");
        assertThat(contexts.observer.stat("/workers/port-8080").orElseThrow().getVersion())
                .isEqualTo(untouched);
        assertThat(nodes.nodes()).hasSize(4);
    }

    @Test
    void refreshPublishesAnew_whatSomebodyHasReleased() throws Exception {
        AnnotationConfigApplicationContext context = contexts.running(Worker.class, WebServer.class);
        Contexts.connected(context);
        PublishedNodes nodes = context.getBean(PublishedNodes.class);
        awaitNode("/workers/a", "here:1");
        nodes.nodes().stream()
                .filter(node -> node.path().equals("/workers/a"))
                .forEach(io.perennial.ephemeral.EphemeralNode::close);
        assertThat(contexts.observer.exists("/workers/a")).isFalse();

        nodes.refresh().get(30, TimeUnit.SECONDS);

        awaitNode("/workers/a", "here:1");
        assertThat(nodes.nodes()).hasSize(4);
    }

    /** The first to be asked takes its time with what it saw. */
    static class Hesitant implements EphemeralNodeSource {
        final Semaphore mayAnswer = new Semaphore(0);
        final Semaphore asked = new Semaphore(0);
        volatile int value = 1;
        volatile boolean hesitates;

        @Override
        public List<EphemeralSpec> nodes() {
            int seen = value;
            if (hesitates) {
                hesitates = false;
                asked.release();
                mayAnswer.acquireUninterruptibly();
            }
            return List.of(spec("/shards/1", seen));
        }
    }

    @Test
    void anOldAnswerDoesNotReplaceANewerOne() throws Exception {
        AnnotationConfigApplicationContext context = contexts.running(Hesitant.class);
        Contexts.connected(context);
        Hesitant source = context.getBean(Hesitant.class);
        PublishedNodes nodes = context.getBean(PublishedNodes.class);
        source.hesitates = true;
        CompletableFuture<Void> slow =
                CompletableFuture.supplyAsync(nodes::refresh).thenCompose(refreshed -> refreshed);
        source.asked.acquire();
        source.value = 2;
        nodes.refresh().get(30, TimeUnit.SECONDS);

        source.mayAnswer.release();
        slow.get(30, TimeUnit.SECONDS);

        assertThat(nodes.nodes().get(0).spec().data()).containsExactly(2);
        await().untilAsserted(
                        () -> assertThat(contexts.observer.data("/shards/1")).containsExactly(2));
    }

    static class Shards implements EphemeralNodeSource {
        volatile List<EphemeralSpec> wanted = List.of(spec("/shards/1", 1), spec("/shards/2", 1));

        @Override
        public List<EphemeralSpec> nodes() {
            return wanted;
        }
    }

    private static EphemeralSpec spec(String path, int data) {
        return EphemeralSpec.at(path).data(new byte[] {(byte) data});
    }

    @Test
    void refreshFollowsASource() throws Exception {
        AnnotationConfigApplicationContext context = contexts.running(Shards.class);
        Contexts.connected(context);
        await().untilAsserted(
                        () -> assertThat(contexts.observer.children("/shards")).containsExactly("1", "2"));

        context.getBean(Shards.class).wanted = List.of(spec("/shards/2", 2), spec("/shards/3", 1));
        context.getBean(PublishedNodes.class).refresh().get(30, TimeUnit.SECONDS);

        await().untilAsserted(
                        () -> assertThat(contexts.observer.children("/shards")).containsExactly("2", "3"));
        assertThat(contexts.observer.data("/shards/2")).containsExactly(2);
    }

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

        awaitNode("/mine/plain", "");
        awaitNode("/mine/own-qualifier", "");
        awaitNode("/orders/spec", "");
        awaitNode("/orders/supplied", "42");
        awaitNode("/orders/class", "<built>");
        assertThat(contexts.observer.children("/mine")).hasSize(2);
        assertThat(contexts.observer.children("/orders")).hasSize(3);
    }

    @Lazy
    static class LazyWorker extends Worker {}

    @Test
    void aLazyBeansNodesComeWithTheBean() throws Exception {
        AnnotationConfigApplicationContext context = contexts.running(LazyWorker.class, WebServer.class);
        Contexts.connected(context);
        assertThat(context.getBean(PublishedNodes.class).nodes()).isEmpty();

        context.getBean(LazyWorker.class);

        awaitNode("/workers/a", "here:1");
        assertThat(context.getBean(PublishedNodes.class).nodes()).hasSize(4);
        context.getBeanFactory().destroyBean("nodePublisherIT.LazyWorker", context.getBean(LazyWorker.class));
        await().untilAsserted(
                        () -> assertThat(contexts.observer.children("/workers")).isEmpty());
    }

    @Scope(BeanDefinition.SCOPE_PROTOTYPE)
    static class PrototypeWorker extends Worker {}

    @Test
    void refusesAPrototype() {
        AnnotationConfigApplicationContext context = contexts.running(PrototypeWorker.class, WebServer.class);

        assertThatThrownBy(() -> context.getBean(PrototypeWorker.class))
                .hasRootCauseMessage(
                        "bean 'nodePublisherIT.PrototypeWorker' has @ZooKeeperNode but is not a singleton: each of"
                                + " its instances would add to the session what nothing removes again. Make it a"
                                + " singleton, give its scope a proxy, or use the session itself");
    }

    @Configuration(proxyBeanMethods = false)
    static class Advice {
        final List<String> advised = new CopyOnWriteArrayList<>();

        @Bean
        static DefaultAdvisorAutoProxyCreator proxies() {
            var creator = new DefaultAdvisorAutoProxyCreator();
            creator.setProxyTargetClass(true);
            return creator;
        }

        @Bean
        DefaultPointcutAdvisor advisor() {
            var advisor = new DefaultPointcutAdvisor((MethodInterceptor) invocation -> {
                advised.add(invocation.getMethod().getName());
                return invocation.proceed();
            });
            advisor.setPointcut(new NameMatchMethodPointcut() {
                {
                    setMappedNames("address", "changed");
                }
            });
            return advisor;
        }
    }

    @Test
    void callsTheMethodThroughTheProxy() {
        AnnotationConfigApplicationContext context = contexts.running(Advice.class, Worker.class, WebServer.class);

        awaitNode("/workers/a", "here:1");

        assertThat(context.getBean(Advice.class).advised).contains("address");
    }

    static class Failing {
        @ZooKeeperNode("/fails")
        String broken() {
            throw new UnsupportedOperationException("not today");
        }
    }

    static class Relative {
        @ZooKeeperNode("workers")
        String address() {
            return "";
        }
    }

    static class Unresolved {
        @ZooKeeperNode("/workers/${no.such.property}")
        String address() {
            return "";
        }
    }

    static class UnknownSession {
        @ZooKeeperNode(path = "/workers", session = "stock")
        String address() {
            return "";
        }
    }

    static class Unconvertible {
        @ZooKeeperNode("/workers")
        Worker address() {
            return new Worker();
        }
    }

    static class WithParameter {
        @ZooKeeperNode("/workers")
        String address(String some) {
            return some;
        }
    }

    @ZooKeeperNode("/workers")
    static class NoSupplier {}

    @Test
    void aDeclarationThatCannotBeFulfilledFailsTheStart_andNamesBeanAndMethod() {
        assertStartFails(Failing.class, "bean 'bad', Failing.broken(): it threw", "not today");
        assertStartFails(Relative.class, "bean 'bad', Relative.address(): the path is 'workers'; it must be absolute");
        assertStartFails(
                Unresolved.class,
                "bean 'bad', Unresolved.address(): '/workers/${no.such.property}' cannot be resolved");
        assertStartFails(UnknownSession.class, "bean 'bad', UnknownSession.address(): session 'stock' is neither");
        assertStartFails(
                Unconvertible.class,
                "bean 'bad', Unconvertible.address(): nothing turns io.perennial.spring.NodePublisherIT$Worker into"
                        + " data");
        assertStartFails(
                WithParameter.class, "bean 'bad', WithParameter.address(): a method with @ZooKeeperNode has no");
        assertStartFails(NoSupplier.class, "bean 'bad' has @ZooKeeperNode but is a ");
    }

    private void assertStartFails(Class<?> bean, String... messages) {
        AnnotationConfigApplicationContext context = contexts.context(Worker.class, WebServer.class);
        context.registerBean("bad", bean);
        assertThatThrownBy(context::refresh)
                .satisfies(thrown -> assertThat(messagesOf(thrown)).contains(messages));
    }

    private static String messagesOf(Throwable thrown) {
        var all = new StringBuilder();
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            all.append(cause.getMessage()).append('\n');
        }
        return all.toString();
    }

    @Test
    void closingDoesNotWaitForAServerThatIsAway() throws Exception {
        AnnotationConfigApplicationContext context = contexts.bare(Worker.class, WebServer.class);
        Duration closeTimeout = Duration.ofMinutes(2);
        context.registerBean(
                ResilientSession.class,
                () -> contexts.builder("session").closeTimeout(closeTimeout).build());
        context.refresh();
        ResilientSession session = Contexts.connected(context);
        awaitNode("/workers/a", "here:1");
        contexts.server.stop();
        await().until(() -> !session.awaitConnected(Duration.ZERO));

        long begin = System.nanoTime();
        context.stop();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(closeTimeout.dividedBy(2));
        contexts.server.restart();
    }

    /** Destroyed before the session although made first and not injected anywhere. */
    static class Goodbye extends Shards implements DisposableBean {
        @Nullable
        ResilientSession session;

        final List<SessionState> atEnd = new CopyOnWriteArrayList<>();

        @Override
        public void destroy() {
            if (session != null) {
                atEnd.add(session.state());
            }
        }
    }

    @Test
    void aSourceIsDestroyedBeforeItsSession() throws Exception {
        AnnotationConfigApplicationContext context = contexts.running(Goodbye.class);
        Goodbye goodbye = context.getBean(Goodbye.class);
        goodbye.session = Contexts.connected(context);

        context.close();

        assertThat(goodbye.atEnd).containsExactly(SessionState.CONNECTED);
    }

    private record Phase(int getPhase, Runnable onStart) implements SmartLifecycle {
        @Override
        public void start() {
            onStart.run();
        }

        @Override
        public void stop() {}

        @Override
        public boolean isRunning() {
            return false;
        }

        @Override
        public int getPhase() {
            return getPhase;
        }
    }
}
