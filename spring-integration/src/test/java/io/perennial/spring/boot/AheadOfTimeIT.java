package io.perennial.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.spring.EphemeralNodeSource;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.NoLeaks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigUtils;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;

/** Contexts processed ahead of time, compiled, and run. */
@ExtendWith(NoLeaks.class)
class AheadOfTimeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    @CompileWithForkedClassLoader
    void aSessionSurvivesIt() {
        try (EmbeddedServer server = EmbeddedServer.start()) {
            String servers = "perennial.connect-string=" + server.connectString();
            process(List.of("perennial.connect-string=elsewhere:2181"), List.of(servers), context -> {
                ResilientSession session = context.getBean(ResilientSession.class);
                connects(session);
                assertThat(context.getBean(CuratorFramework.class)).isSameAs(session.curator());
            });
        }
    }

    @Test
    @CompileWithForkedClassLoader
    void namedSessionsSurviveIt() {
        try (EmbeddedServer server = EmbeddedServer.start()) {
            List<String> names = List.of(
                    "perennial.sessions.orders.namespace=orders",
                    "perennial.sessions.orders.connect-string=elsewhere:2181",
                    "perennial.sessions.stock.session-timeout=7s",
                    "perennial.sessions.stock.connect-string=elsewhere:2181",
                    "perennial.sessions.stock.nodes[0].path=/here",
                    "perennial.primary=stock");
            List<String> servers = new ArrayList<>(names);
            servers.add("perennial.sessions.orders.connect-string=" + server.connectString());
            servers.add("perennial.sessions.stock.connect-string=" + server.connectString());
            process(names, servers, context -> {
                assertThat(context.getBeansOfType(ResilientSession.class))
                        .containsOnlyKeys("ordersSession", "stockSession")
                        .allSatisfy((name, session) -> connects(session));
                assertThat(context.getBean(ResilientSession.class).name()).isEqualTo("stock");
                assertThat(context.getBean(ResilientSession.class)
                                .info()
                                .orElseThrow()
                                .requestedTimeout())
                        .isEqualTo(Duration.ofSeconds(7));
                assertThat(BeanFactoryAnnotationUtils.qualifiedBeanOfType(
                                        context.getBeanFactory(), CuratorFramework.class, "orders")
                                .getNamespace())
                        .isEqualTo("orders");
                assertThat(context.getBean("stockNodes", EphemeralNodeSource.class)
                                .nodes())
                        .hasSize(1);
            });
        }
    }

    @Test
    void whatIsBoundWithoutABeanHasHints() {
        RuntimeHints hints = new RuntimeHints();
        new SessionPropertiesHints().registerHints(hints, getClass().getClassLoader());
        for (Class<?> type :
                List.of(SessionProperties.class, NodeProperties.class, RestoreProperties.class, SslProperties.class)) {
            for (var method : type.getMethods()) {
                if (method.getName().startsWith("set")) {
                    assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(method))
                            .accepts(hints);
                }
            }
        }
    }

    private static void connects(ResilientSession session) {
        try {
            assertThat(session.awaitConnected(PATIENCE)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void process(List<String> before, List<String> after, Consumer<GenericApplicationContext> test) {
        var generation = new TestGenerationContext(AheadOfTimeIT.class);
        var original = new GenericApplicationContext();
        TestPropertyValues.of(before).applyTo(original);
        AnnotationConfigUtils.registerAnnotationConfigProcessors(original);
        original.registerBean(PerennialAutoConfiguration.class);
        original.registerBean(CuratorFrameworkAutoConfiguration.class);
        var initializer = new ApplicationContextAotGenerator().processAheadOfTime(original, generation);
        generation.writeGeneratedContent();
        TestCompiler.forSystem().with(generation).compile(compiled -> {
            var context = new GenericApplicationContext();
            TestPropertyValues.of(after).applyTo(context);
            compiled.getInstance(ApplicationContextInitializer.class, initializer.toString())
                    .initialize(context);
            List<ResilientSession> sessions;
            try (context) {
                context.refresh();
                sessions = List.copyOf(
                        context.getBeansOfType(ResilientSession.class).values());
                test.accept(context);
            }
            assertThat(sessions).isNotEmpty().allSatisfy(session -> assertThat(session.state())
                    .isEqualTo(SessionState.CLOSED));
        });
    }
}
