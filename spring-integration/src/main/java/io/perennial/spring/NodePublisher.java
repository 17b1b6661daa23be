package io.perennial.spring;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.perennial.ResilientSession;
import io.perennial.ephemeral.EphemeralNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Publishes what the beans declare while the context runs.
 *
 * <p>Concurrency: a declaration is published by the thread that enters it in {@code publications} first, the starting
 * thread or the one that makes a bean; the lock is not held while a bean is asked.
 */
final class NodePublisher implements SmartLifecycle, PublishedNodes, NodeMethods.Observer {
    private final NodeMethods methods;
    private final NodeBeans nodeBeans;
    private final SessionLookup sessions;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Map<NodeDeclaration, Publication> publications = new LinkedHashMap<>();

    @GuardedBy("lock")
    private boolean running;

    NodePublisher(ConfigurableListableBeanFactory beans, NodeMethods methods) {
        this.methods = methods;
        this.nodeBeans = new NodeBeans(beans);
        this.sessions = new SessionLookup(beans);
        methods.observe(this);
    }

    @Override
    public void start() {
        synchronized (lock) {
            running = true;
        }
        try {
            methods.declarations().forEach(this::publish);
            nodeBeans.declarations().forEach(this::publish);
        } catch (Throwable e) {
            withdrawAll(); // without waiting: nobody has seen them for long
            throw e;
        }
    }

    private void publish(NodeDeclaration declaration) {
        ResilientSession session = declaration.session().get();
        sessions.destroyFirst(declaration.beanName(), session);
        var publication = new Publication(declaration, session);
        if (enter(declaration, publication)) {
            var unused = publication.publish(); // complete: no node was there before
        }
    }

    private boolean enter(NodeDeclaration declaration, Publication publication) {
        synchronized (lock) {
            return running && publications.putIfAbsent(declaration, publication) == null;
        }
    }

    /** A bean that is made while the context runs. */
    @Override
    public void added(NodeDeclaration declaration) {
        if (isRunning()) {
            publish(declaration);
        }
    }

    /** A bean that is destroyed: usually the context has stopped before. */
    @Override
    public void removed(NodeDeclaration declaration) {
        Publication publication;
        synchronized (lock) {
            publication = publications.remove(declaration);
        }
        if (publication != null) {
            Withdrawal.await(List.of(publication.withdraw()));
        }
    }

    @Override
    public void stop() {
        Withdrawal.await(withdrawAll());
    }

    private List<Withdrawal> withdrawAll() {
        List<Publication> published;
        synchronized (lock) {
            running = false;
            published = List.copyOf(publications.values());
            publications.clear();
        }
        return published.stream().map(Publication::withdraw).toList();
    }

    @Override
    public boolean isRunning() {
        synchronized (lock) {
            return running;
        }
    }

    @Override
    public int getPhase() {
        return SessionPhases.NODES;
    }

    @Override
    public List<EphemeralNode> nodes() {
        return published().stream()
                .flatMap(publication -> publication.nodes().stream())
                .toList();
    }

    @Override
    public CompletableFuture<Void> refresh() {
        var changes = new ArrayList<@Nullable CompletableFuture<?>>();
        for (Publication publication : published()) {
            changes.add(publication.publish());
        }
        return CompletableFuture.allOf(changes.toArray(CompletableFuture[]::new));
    }

    private List<Publication> published() {
        synchronized (lock) {
            return List.copyOf(publications.values());
        }
    }
}
