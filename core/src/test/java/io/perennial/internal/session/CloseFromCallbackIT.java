package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import io.perennial.operation.Effect;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Transitions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.Watcher;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Closing a session from one of its callbacks: the close returns, and the session ends. */
@ExtendWith(NoLeaks.class)
@Tag("S-45")
class CloseFromCallbackIT {
    private static final byte[] DATA = {1};

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final Transitions heard = rig.heard();
    private final CompletableFuture<SessionState> returned = new CompletableFuture<>();
    private ResilientSession session;

    /** Whoever waited here for the end would wait for himself, and too long for this test. */
    private ResilientSession.Builder builder() {
        return ResilientSession.builder()
                .name("closing")
                .connectString(rig.server().connectString())
                .sessionTimeout(Duration.ofSeconds(10))
                .closeTimeout(Duration.ofMinutes(5))
                .listener(heard);
    }

    private void close() {
        session.close();
        returned.complete(session.state());
    }

    private void assertClosed() throws Exception {
        returned.get(30, TimeUnit.SECONDS);
        heard.await(SessionState.CLOSED);
        await().untilAsserted(() -> assertThat(NoLeaks.clientThreads()).isEmpty());
    }

    private void closeWhenConnected(SessionTransition transition) {
        if (transition.to() == SessionState.CONNECTED) {
            close();
        }
    }

    @Test
    void ofTheSession() throws Exception {
        session = rig.open(builder().listener(this::closeWhenConnected).build());

        session.start();

        assertClosed();
    }

    @Test
    void ofTheSession_onAnExecutorOfTheUsers() throws Exception {
        var executor = rig.open(new TestExecutor());
        session = rig.open(builder()
                .callbackExecutor(executor)
                .listener(this::closeWhenConnected)
                .build());

        session.start();

        assertClosed();
    }

    @Test
    void ofCuratorsConnectionState() throws Exception {
        session = rig.open(builder().build());
        session.curator().getConnectionStateListenable().addListener((curator, state) -> close());

        session.start();

        assertClosed();
    }

    @Test
    void ofCuratorsWatcher_onTheEventThread() throws Exception {
        session = rig.connect(builder());
        session.curator().create().forPath("/watched", DATA);
        session.curator()
                .getData()
                .usingWatcher((Watcher) event -> {
                    if (event.getPath() != null) {
                        close();
                    }
                })
                .forPath("/watched");

        session.curator().setData().forPath("/watched", DATA);

        assertClosed();
    }

    @Test
    void ofCuratorsBackgroundOperation() throws Exception {
        session = rig.connect(builder());

        session.curator()
                .checkExists()
                .inBackground((curator, event) -> close())
                .forPath("/");

        assertClosed();
    }

    @Test
    void ofARawAsynchronousCall() throws Exception {
        session = rig.connect(builder());

        session.curator()
                .getZookeeperClient()
                .getZooKeeper()
                .exists("/", false, (rc, path, context, stat) -> close(), null);

        assertClosed();
    }

    @Test
    void ofAnOperation() throws Exception {
        session = rig.connect(builder());

        var done = session.operations()
                .callAsync(Effect.READ, c -> c.checkExists().forPath("/"))
                .thenAccept(stat -> close());

        done.get(30, TimeUnit.SECONDS);
        assertClosed();
    }

    @Test
    void ofANodesFuture() throws Exception {
        session = rig.connect(builder());

        session.ephemerals().register("/node", DATA).whenHeld().thenAccept(node -> close());

        assertClosed();
    }

    @Test
    void ofAWatch() throws Exception {
        session = rig.connect(builder());

        session.watches().node("/watched", change -> close());

        assertClosed();
    }
}
