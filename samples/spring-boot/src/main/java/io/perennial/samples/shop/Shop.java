package io.perennial.samples.shop;

import io.perennial.spring.ZooKeeperNode;
import io.perennial.spring.ZooKeeperWatch;
import io.perennial.watch.ChildrenChange;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Everything about ZooKeeper in the service: it declares once what it announces and what it watches. Whatever happens
 * to the session, the node comes back and missed changes are reported, without a line of code here.
 */
@Component
class Shop {
    static final String SERVICES = "/services/shop";

    private final Environment environment;
    private final ApplicationEventPublisher events;
    private volatile @Nullable Settings settings;
    private volatile List<Peer> peers = List.of();

    Shop(Environment environment, ApplicationEventPublisher events) {
        this.environment = environment;
        this.events = events;
    }

    /** Announces this instance: called when the port is known and takes requests. */
    @ZooKeeperNode(path = SERVICES + "/${local.server.port}", containerParents = true)
    String announce() {
        return "http://localhost:" + port() + "/";
    }

    @ZooKeeperWatch(Settings.PATH)
    void configure(Optional<Settings> current) {
        settings = current.orElse(null);
        events.publishEvent(new Changed());
    }

    @ZooKeeperWatch(SERVICES)
    void meet(ChildrenChange change) {
        peers = Peer.after(change.children(), peers, Instant.now());
        events.publishEvent(new Changed());
    }

    int port() {
        return environment.getRequiredProperty("local.server.port", Integer.class);
    }

    @Nullable
    Settings settings() {
        return settings;
    }

    /** All that have ever been seen, by their ports. */
    List<Peer> peers() {
        return peers;
    }
}
