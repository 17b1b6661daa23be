package io.perennial.internal.session;

import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.SUSPENDED;
import static io.perennial.testing.Sessions.awaitState;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.handleOf;
import static io.perennial.testing.Sessions.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionTransition.Cause;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.WatcherType;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A connection is lost and ZooKeeper's client does not tell: the removal of a watcher that failed with the connection,
 * and was done locally all the same, has told {@code Disconnected} of the watch, and what follows for the connection is
 * taken for a repetition.
 */
@ExtendWith(NoLeaks.class)
@Tag("C2")
class UnreportedLossIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final List<ConnectionState> heardByRecipes = new CopyOnWriteArrayList<>();

    /** Connected, and Curator has heard of it. */
    private ResilientSession connect() throws Exception {
        ResilientSession session = rig.build(b -> b.sessionTimeout(TIMEOUT));
        session.curator().getConnectionStateListenable().addListener((curator, state) -> heardByRecipes.add(state));
        session.start();
        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        eventually(() -> assertThat(heardByRecipes).containsExactly(ConnectionState.CONNECTED));
        heardByRecipes.clear();
        return session;
    }

    @Test
    @DisplayName("The library removes a closed watch")
    void isSuspended_whenTheRemovalOfAWatchIsLost() throws Exception {
        ResilientSession session = connect();
        long id = idOf(session);
        var watch = session.watches().node("/a", change -> {});
        watch.whenArmed().get(30, TimeUnit.SECONDS);

        var outage = beginOutageAtTheNextRemoval();
        watch.close();
        outage.get(30, TimeUnit.SECONDS);

        awaitState(session, SUSPENDED);
        rig.proxy().resetCounters();
        rig.proxy().accept();
        awaitState(session, CONNECTED);
        assertThat(idOf(session)).isEqualTo(id);
        eventually(() -> assertThat(rig.server().watchCount())
                .as("the closed watch, at the server")
                .isZero());
        assertThat(rig.proxy().requests(OpCode.checkWatches))
                .as("removed from the client, too")
                .isEqualTo(1);
    }

    @ParameterizedTest(name = "on a handle that took the session over: {0}")
    @ValueSource(booleans = {false, true})
    @DisplayName("The application removes a watcher of its own")
    void isSuspended_andRecipesToo_whenTheClientTakesTheLossForARepetition(boolean resumed) throws Exception {
        ResilientSession session = connect();
        long id = idOf(session);
        if (resumed) {
            // Such a handle makes no attempt while no server is reachable: its own state goes on to be connected.
            handleOf(session).getTestable().injectSessionExpiration();
            eventually(() -> assertThat(rig.heard().causes()).endsWith(Cause.SESSION_RESUMED, Cause.RESTORED));
            eventually(() -> assertThat(heardByRecipes).endsWith(ConnectionState.RECONNECTED));
            heardByRecipes.clear();
        }

        var outage = beginOutageAtTheNextRemoval();
        removeOneLocally(session);
        outage.get(30, TimeUnit.SECONDS);

        awaitState(session, SUSPENDED);
        eventually(() -> assertThat(heardByRecipes).containsExactly(ConnectionState.SUSPENDED));
        rig.proxy().accept();
        awaitState(session, CONNECTED);
        assertThat(idOf(session)).isEqualTo(id);
        eventually(() ->
                assertThat(heardByRecipes).containsExactly(ConnectionState.SUSPENDED, ConnectionState.RECONNECTED));
        rig.heard().assertUnbroken();
    }

    @Test
    void isSuspendedAndBack_whenTheConnectionIsThereAgainAtOnce() throws Exception {
        ResilientSession session = connect();
        long id = idOf(session);

        var cut = rig.proxy().loseRequest(type -> type == OpCode.checkWatches);
        removeOneLocally(session);
        cut.get(30, TimeUnit.SECONDS);

        eventually(() -> assertThat(rig.heard().states()).endsWith(CONNECTED, SUSPENDED, CONNECTED));
        assertThat(idOf(session)).isEqualTo(id);
        eventually(() ->
                assertThat(heardByRecipes).containsExactly(ConnectionState.SUSPENDED, ConnectionState.RECONNECTED));
        rig.heard().assertUnbroken();
    }

    private CompletableFuture<Void> beginOutageAtTheNextRemoval() {
        return rig.proxy().loseRequest(type -> type == OpCode.checkWatches).thenRun(() -> rig.proxy()
                .refuse());
    }

    private static void removeOneLocally(ResilientSession session) throws Exception {
        ZooKeeper handle = handleOf(session);
        Watcher watcher = event -> {};
        var armed = new CompletableFuture<Integer>();
        handle.exists("/b", watcher, (rc, path, ctx, stat) -> armed.complete(rc), null);
        armed.get(30, TimeUnit.SECONDS);
        handle.removeWatches("/b", watcher, WatcherType.Any, true, (rc, path, ctx) -> {}, null);
    }
}
