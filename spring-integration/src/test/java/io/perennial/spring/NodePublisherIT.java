package io.perennial.spring;

import static io.perennial.spring.Contexts.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.test.NoLeaks;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
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
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.MapPropertySource;

@ExtendWith(NoLeaks.class)
@Tag("essential")
class NodePublisherIT {
    @AutoClose
    private final Contexts contexts = new Contexts();

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

        contexts.awaitNode("/workers/a", "here:1");
        assertThat(contexts.observer.ownerOf("/workers/a")).contains(session);
        contexts.awaitNode("/workers/port-8080", "http://here:1/");
        contexts.awaitNode("/workers/3", "");
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

        contexts.awaitNode("/workers/a", "here:1");
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
        contexts.awaitNode("/workers/a", "here:1");

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
        contexts.awaitNode("/workers/a", "here:1");

        context.stop();
        assertThat(contexts.observer.children("/workers")).isEmpty();
        assertThat(context.getBean(PublishedNodes.class).nodes()).isEmpty();
        context.getBean(Worker.class).address = "there:2";
        context.start();

        contexts.awaitNode("/workers/a", "there:2");
    }

    @Test
    void withdrawsTheNodesWhilePaused_andKeepsTheSession() throws Exception {
        AnnotationConfigApplicationContext context = contexts.running(Worker.class, WebServer.class);
        ResilientSession session = Contexts.connected(context);
        contexts.awaitNode("/workers/a", "here:1");

        context.pause();
        assertThat(contexts.observer.children("/workers")).isEmpty();
        assertThat(session.lease().generation()).isEqualTo(1);
        assertThat(session.awaitConnected(Duration.ZERO)).isTrue();
        context.restart();

        contexts.awaitNode("/workers/a", "here:1");
        assertThat(session.lease().generation()).isEqualTo(1);
    }

    static class Shards implements EphemeralNodeSource {
        volatile List<EphemeralSpec> wanted = List.of(spec("/shards/1", 1), spec("/shards/2", 1));

        @Override
        public List<EphemeralSpec> nodes() {
            return wanted;
        }
    }

    static EphemeralSpec spec(String path, int data) {
        return EphemeralSpec.at(path).data(new byte[] {(byte) data});
    }

    @Lazy
    static class LazyWorker extends Worker {}

    @Test
    void aLazyBeansNodesComeWithTheBean() throws Exception {
        AnnotationConfigApplicationContext context = contexts.running(LazyWorker.class, WebServer.class);
        Contexts.connected(context);
        assertThat(context.getBean(PublishedNodes.class).nodes()).isEmpty();

        context.getBean(LazyWorker.class);

        contexts.awaitNode("/workers/a", "here:1");
        assertThat(context.getBean(PublishedNodes.class).nodes()).hasSize(4);
        context.getBeanFactory().destroyBean("nodePublisherIT.LazyWorker", context.getBean(LazyWorker.class));
        await().untilAsserted(
                        () -> assertThat(contexts.observer.children("/workers")).isEmpty());
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

        contexts.awaitNode("/workers/a", "here:1");

        assertThat(context.getBean(Advice.class).advised).contains("address");
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
        contexts.awaitNode("/workers/a", "here:1");
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
