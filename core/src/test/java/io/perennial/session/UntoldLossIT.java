package io.perennial.session;

import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.SUSPENDED;
import static io.perennial.session.SessionRig.awaitState;
import static io.perennial.session.SessionRig.eventually;
import static io.perennial.session.SessionRig.handleOf;
import static io.perennial.session.SessionRig.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.testing.NoLeaks;
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

/**
 * A connection is lost and ZooKeeper's client does not tell: the removal of a watcher that failed with the connection,
 * and was done locally all the same, has told {@code Disconnected} of the watch, and what follows for the connection is
 * taken for a repetition.
 */
@ExtendWith(NoLeaks.class)
@Tag("C2")
class UntoldLossIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final List<ConnectionState> heardByRecipes = new CopyOnWriteArrayList<>();

    private ResilientSession connect() throws Exception {
        ResilientSession session = rig.connect(TIMEOUT);
        session.curator().getConnectionStateListenable().addListener((curator, state) -> heardByRecipes.add(state));
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

    @Test
    @DisplayName("The application removes a watcher of its own")
    void isSuspended_andRecipesToo_whenTheClientTakesTheLossForARepetition() throws Exception {
        ResilientSession session = connect();
        long id = idOf(session);

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
        handle.exists("/b", watcher);
        handle.removeWatches("/b", watcher, WatcherType.Any, true, (rc, path, ctx) -> {}, null);
    }
}
