package io.perennial.docs;

import io.perennial.ResilientSession;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.operation.Effect;
import io.perennial.watch.NodeChange;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.curator.framework.recipes.leader.LeaderLatch;

/** Of {@code docs/migrating.md}. */
final class MigrationSnippets {
    private volatile String last = "";

    private void reload(NodeChange change) {
        last = change.path();
    }

    private void rebalance(Set<String> workers) {
        last = String.join(",", workers);
    }

    private void reload() {
        last = "all";
    }

    ResilientSession raw(String connectString, byte[] address) {
        // [raw]
        ResilientSession session = ResilientSession.builder()
                .connectString(connectString)
                .sessionTimeout(Duration.ofSeconds(20))
                .build();
        session.ephemerals().register("/workers/a", address); // parents are made
        session.watches().node("/config", this::reload); // now, and at each change
        session.watches().children("/workers", change -> rebalance(change.children()));
        session.start();

        byte[] job = session.operations().call(Effect.READ, c -> c.getData().forPath("/jobs/next"));
        // [end]
        last = new String(job, StandardCharsets.UTF_8);
        return session;
    }

    EphemeralNode persistentNode(ResilientSession session, byte[] address, byte[] changed) throws Exception {
        // [persistent-node]
        EphemeralNode node = session.ephemerals().register("/workers/a", address); // PersistentNode and its start()
        node.whenHeld().get(10, TimeUnit.SECONDS); // waitForInitialCreate
        node.update(changed); // setData
        node.release(); // close
        // [end]
        return node;
    }

    CuratorCache cache(ResilientSession session) {
        // [cache]
        CuratorCache cache = CuratorCache.build(session.curator(), "/config"); // as before, on the session's framework
        cache.listenable()
                .addListener(CuratorCacheListener.builder()
                        .forAll((type, before, after) -> reload())
                        .build());
        cache.start();
        // [end]
        return cache;
    }

    LeaderLatch latch(ResilientSession session) throws Exception {
        // [latch]
        LeaderLatch latch = new LeaderLatch(session.curator(), "/leader/latch");
        latch.start();
        // ...
        boolean mayAct = latch.hasLeadership() && session.lease().isHeld();
        // [end]
        last = mayAct ? "leads" : "follows";
        return latch;
    }
}
