package io.perennial.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.IndependentClient;
import io.perennial.test.Opened;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.NoSuchElementException;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** Contexts with a session on a server, each closed after the test. */
final class Contexts implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Opened opened = new Opened();
    final EmbeddedServer server = opened.add(EmbeddedServer.start());
    final IndependentClient observer = opened.add(new IndependentClient(server.connectString()));

    /** Longer than any busy machine needs. Between two server sessions there is none to ask for its id. */
    static ConditionFactory await() {
        return Awaitility.await().atMost(PATIENCE).ignoreException(NoSuchElementException.class);
    }

    ResilientSession.Builder builder(String name) {
        return ResilientSession.builder()
                .name(name)
                .connectString(server.connectString())
                .sessionTimeout(Duration.ofSeconds(20));
    }

    /** Not refreshed yet; it has what {@link EnablePerennial} brings and a session "session". */
    AnnotationConfigApplicationContext context(Class<?>... beans) {
        AnnotationConfigApplicationContext context = bare(beans);
        session(context, "session");
        return context;
    }

    /** Without a session. */
    AnnotationConfigApplicationContext bare(Class<?>... beans) {
        var context = opened.add(new AnnotationConfigApplicationContext());
        context.register(PerennialConfiguration.class);
        for (Class<?> bean : beans) {
            context.register(bean);
        }
        return context;
    }

    void session(GenericApplicationContext context, String name) {
        context.registerBean(
                name,
                ResilientSession.class,
                () -> new StartingSession(builder(name).build()),
                definition -> definition.setDestroyMethodName("close"));
    }

    AnnotationConfigApplicationContext running(Class<?>... beans) {
        AnnotationConfigApplicationContext context = context(beans);
        context.refresh();
        return context;
    }

    /** The context's session, connected. */
    static ResilientSession connected(GenericApplicationContext context) throws InterruptedException {
        ResilientSession session = context.getBean(ResilientSession.class);
        if (!session.awaitConnected(Duration.ofSeconds(30))) {
            throw new AssertionError("not connected: " + session.report());
        }
        return session;
    }

    String data(String path) {
        return new String(observer.data(path), StandardCharsets.UTF_8);
    }

    void awaitNode(String path, String data) {
        await().untilAsserted(() -> {
            assertThat(observer.exists(path)).isTrue();
            assertThat(data(path)).isEqualTo(data);
        });
    }

    /** The server itself ends the session, as if it had not heard of it for too long. */
    void expire(ResilientSession session) {
        server.expireSession(session.info().orElseThrow().sessionId());
    }

    @Override
    public void close() throws Exception {
        opened.close();
    }
}
