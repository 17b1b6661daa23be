package io.perennial.spring;

import static io.perennial.spring.Contexts.await;
import static io.perennial.spring.NodePublisherIT.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.spring.NodePublisherIT.Shards;
import io.perennial.spring.NodePublisherIT.WebServer;
import io.perennial.spring.NodePublisherIT.Worker;
import io.perennial.test.NoLeaks;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** Nodes whose beans are asked again. */
@ExtendWith(NoLeaks.class)
@Tag("essential")
class NodeRefreshIT {
    @AutoClose
    private final Contexts contexts = new Contexts();

    @Test
    void refreshAsksAgain_andWritesWhatHasChanged() throws Exception {
        AnnotationConfigApplicationContext context = contexts.running(Worker.class, WebServer.class);
        Contexts.connected(context);
        contexts.awaitNode("/workers/a", "here:1");
        contexts.awaitNode("/workers/port-8080", "http://here:1/");
        PublishedNodes nodes = context.getBean(PublishedNodes.class);
        int untouched =
                contexts.observer.stat("/workers/port-8080").orElseThrow().getVersion();

        context.getBean(Worker.class).address = "there:2";
        nodes.refresh().get(30, TimeUnit.SECONDS);

        assertThat(contexts.data("/workers/a")).isEqualTo("there:2");
        assertThat(contexts.observer.stat("/workers/port-8080").orElseThrow().getVersion())
                .isEqualTo(untouched);
        assertThat(nodes.nodes()).hasSize(4);
    }

    @Test
    void refreshPublishesAnew_whatSomebodyHasReleased() throws Exception {
        AnnotationConfigApplicationContext context = contexts.running(Worker.class, WebServer.class);
        Contexts.connected(context);
        PublishedNodes nodes = context.getBean(PublishedNodes.class);
        contexts.awaitNode("/workers/a", "here:1");
        nodes.nodes().stream()
                .filter(node -> node.path().equals("/workers/a"))
                .forEach(io.perennial.ephemeral.EphemeralNode::close);
        assertThat(contexts.observer.exists("/workers/a")).isFalse();

        nodes.refresh().get(30, TimeUnit.SECONDS);

        contexts.awaitNode("/workers/a", "here:1");
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
}
