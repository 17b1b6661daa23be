package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionOwner;
import io.perennial.SessionState;
import io.perennial.internal.engine.Sneaky;
import io.perennial.operation.Effect;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.curator.ensemble.fixed.FixedEnsembleProvider;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.utils.DefaultZookeeperFactory;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Code of users that throws checked exceptions without declaring them: everything goes on. */
@ExtendWith(NoLeaks.class)
@Tag("S-63")
@Tag("U1")
class UndeclaredIT {
    private static final byte[] DATA = {1};

    private final SessionRig rig = new SessionRig();
    /** Whose code has thrown. */
    private final Set<String> thrown = ConcurrentHashMap.newKeySet();

    @AfterEach
    void closeRig() throws Exception {
        rig.close();
    }

    private void sneak(String who) {
        thrown.add(who);
        Sneaky.sneak(new IOException(who));
    }

    private CuratorFrameworkFactory.Builder curator() {
        return CuratorFrameworkFactory.builder().retryPolicy(new RetryOneTime(10));
    }

    @Test
    void goesOn_whateverListenersHooksOwnersAndDependentsThrow() throws Exception {
        ResilientSession session = rig.connect(builder -> builder.listener(transition -> sneak("session listener"))
                .owner(new SessionOwner() {
                    @Override
                    public boolean isAlive() {
                        sneak("owner");
                        return true;
                    }

                    @Override
                    public String describe() {
                        sneak("owner's description");
                        return "";
                    }
                }));
        session.lease().onLapse(() -> sneak("lapse hook"));
        session.curator().create().forPath("/watched", DATA);
        session.watches().node("/watched", change -> sneak("node watch"));
        session.watches().children("/watched", change -> sneak("children watch"));
        session.watches().tree("/watched", change -> sneak("tree watch"));
        var node = session.ephemerals().register("/node", DATA);
        node.whenHeld().thenAccept(held -> sneak("dependent of a node"));
        session.operations()
                .callAsync(Effect.READ, c -> c.checkExists().forPath("/"))
                .thenAccept(stat -> sneak("dependent of a call"));
        assertThatThrownBy(() -> session.operations()
                        .callInBackground(Effect.READ, (c, in) -> sneak("background call"))
                        .get(30, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(IOException.class);
        awaitThrown(
                "session listener",
                "owner",
                "node watch",
                "children watch",
                "tree watch",
                "dependent of a node",
                "dependent of a call");

        thrown.clear();
        rig.server().expireSession(Sessions.idOf(session));
        Sessions.awaitGeneration(session, 2);
        session.curator().create().forPath("/watched/child", DATA);
        session.curator().setData().forPath("/watched", DATA);

        awaitThrown("session listener", "owner", "lapse hook", "node watch", "children watch", "tree watch");
        session.ephemerals().register("/other", DATA).whenHeld().get(30, TimeUnit.SECONDS);
        session.close();
        assertThat(session.state()).isEqualTo(SessionState.CLOSED);
        assertThat(rig.heard().to(SessionState.CLOSED)).hasSize(1);
    }

    private void awaitThrown(String... whose) {
        await().atMost(SessionRig.PATIENCE)
                .untilAsserted(() -> assertThat(thrown).contains(whose));
    }

    @Test
    void restoresTheSession_whenTheFactoryOfTheHandlesThrows() throws Exception {
        var throwing = new AtomicBoolean();
        var error = new AtomicBoolean();
        ResilientSession session = rig.connect(
                builder -> builder.curator(curator().zookeeperFactory((connectString, timeout, watcher, readOnly) -> {
                    if (throwing.getAndSet(false)) {
                        error.set(true);
                        sneak("factory");
                    }
                    if (error.getAndSet(false)) {
                        throw new NoClassDefFoundError("of the factory");
                    }
                    return new DefaultZookeeperFactory().newZooKeeper(connectString, timeout, watcher, readOnly);
                })));

        throwing.set(true);
        rig.server().expireSession(Sessions.idOf(session));

        Sessions.awaitGeneration(session, 2);
        assertThat(thrown).contains("factory");
        assertThat(error).isFalse();
    }

    @Test
    void reconnects_whenTheEnsembleProviderThrows() throws Exception {
        var throwing = new AtomicBoolean();
        var provider = new FixedEnsembleProvider(rig.proxy().connectString()) {
            @Override
            public String getConnectionString() {
                if (throwing.get()) {
                    sneak("ensemble provider");
                }
                return super.getConnectionString();
            }
        };
        ResilientSession session = rig.open(ResilientSession.builder()
                        .curator(curator().ensembleProvider(provider))
                        .sessionTimeout(SessionRig.SESSION_TIMEOUT)
                        .build())
                .start();
        Sessions.awaitState(session, SessionState.CONNECTED);

        throwing.set(true);
        rig.stopServer();
        awaitThrown("ensemble provider");
        throwing.set(false);
        rig.restartServer();

        Sessions.awaitState(session, SessionState.CONNECTED);
    }

    @Test
    void refusesTheOneRegistration_whenTheAclProviderThrows() throws Exception {
        var throwing = new AtomicBoolean(true);
        ResilientSession session =
                rig.connect(builder -> builder.curator(curator().aclProvider(new ACLProvider() {
                    @Override
                    public List<ACL> getDefaultAcl() {
                        return ZooDefs.Ids.OPEN_ACL_UNSAFE;
                    }

                    @Override
                    public List<ACL> getAclForPath(String path) {
                        if (throwing.get()) {
                            sneak("ACL provider");
                        }
                        return getDefaultAcl();
                    }
                })));

        assertThatThrownBy(() -> session.ephemerals().register("/node", DATA)).isInstanceOf(IOException.class);
        throwing.set(false);

        assertThat(session.ephemerals().register("/node", DATA).whenHeld()).succeedsWithin(Duration.ofSeconds(30));
    }
}
