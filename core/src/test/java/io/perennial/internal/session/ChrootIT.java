package io.perennial.internal.session;

import static io.perennial.testing.Sessions.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.SessionTransition.Cause;
import io.perennial.operation.Effect;
import io.perennial.operation.SessionUnavailableException;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Transitions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A chroot that does not exist on the server. */
@ExtendWith(NoLeaks.class)
class ChrootIT {
    private static final byte[] DATA = {1};

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final EmbeddedServer server = rig.server();
    private final FaultProxy proxy = rig.proxy();
    private final IndependentClient observer = rig.observer();
    private final Transitions heard = rig.heard();

    private ResilientSession.Builder builder() {
        return ResilientSession.builder()
                .name("rooted")
                .connectString(proxy.connectString() + "/shop/orders")
                .sessionTimeout(Duration.ofSeconds(10))
                .listener(heard);
    }

    private void assertRefusedAtTheWait(ResilientSession session) {
        assertThatThrownBy(() -> session.awaitConnected(Duration.ofSeconds(30)))
                .isInstanceOf(SessionUnavailableException.class)
                .hasMessageContaining("session 'rooted'")
                .hasMessageContaining("connectString '" + proxy.connectString() + "/shop/orders'")
                .hasMessageContaining("chroot '/shop/orders' does not exist")
                .hasMessageContaining("create that node")
                .hasMessageContaining("namespace(\"/shop/orders\")");
    }

    @Test
    void tellsWhoeverWaits_andRecoversByItself() throws Exception {
        ResilientSession session = rig.start(builder());
        var held = session.ephemerals().register("/node", DATA).whenHeld();

        assertRefusedAtTheWait(session);
        assertThat(session.state()).isEqualTo(SessionState.FAILED);
        assertThat(session.report().problems()).anySatisfy(p -> assertThat(p).contains("/shop/orders"));
        assertThat(session.curator()
                        .getZookeeperClient()
                        .getZooKeeper()
                        .getState()
                        .isConnected())
                .isTrue();

        observer.create("/shop", DATA);
        observer.create("/shop/orders", DATA);

        heard.await(SessionState.FAILED, SessionState.RESTORING, SessionState.CONNECTED);
        assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
        held.get(30, TimeUnit.SECONDS);
        assertThat(observer.exists("/shop/orders/node")).isTrue();
        assertThat(heard.all())
                .filteredOn(t -> t.to() == SessionState.FAILED)
                .singleElement()
                .extracting(t -> t.cause())
                .isEqualTo(Cause.CHROOT_MISSING);
        assertThat(heard.to(SessionState.LOST)).isEmpty();
        byte[] data = session.operations().call(Effect.READ, c -> c.getData().forPath("/node"));
        assertThat(data).isEqualTo(DATA);
    }

    @Test
    void recovers_whenTheConnectionDropsMeanwhile() throws Exception {
        ResilientSession session = rig.start(builder());
        assertRefusedAtTheWait(session);

        proxy.cut();
        observer.create("/shop", DATA);
        observer.create("/shop/orders", DATA);

        heard.await(SessionState.FAILED, SessionState.RESTORING, SessionState.CONNECTED);
    }

    @Test
    @Tag("C10")
    @DisplayName("The chroot is deleted while the session is suspended, and made again")
    void goesOnInTheSameSession_whenTheChrootWasAwayForAWhile() throws Exception {
        observer.create("/shop", DATA);
        observer.create("/shop/orders", DATA);
        ResilientSession session = rig.connect(builder().sessionTimeout(Duration.ofSeconds(20)));
        session.ephemerals().register("/node", DATA).whenHeld().get(30, TimeUnit.SECONDS);
        long id = session.info().orElseThrow().sessionId();

        proxy.disconnect();
        observer.delete("/shop/orders/node");
        observer.delete("/shop/orders");
        heard.await(SessionState.SUSPENDED);
        proxy.accept();
        heard.await(SessionState.SUSPENDED, SessionState.FAILED);
        observer.create("/shop/orders", DATA);

        heard.await(SessionState.FAILED, SessionState.RESTORING, SessionState.CONNECTED);
        assertThat(heard.all())
                .filteredOn(t -> t.from() == SessionState.FAILED)
                .singleElement()
                .satisfies(t -> {
                    assertThat(t.cause()).isEqualTo(Cause.CONNECTED);
                    assertThat(t.detail()).contains("the same session");
                    assertThat(t.session().sessionId()).isEqualTo(id);
                    assertThat(t.session().generation()).isEqualTo(1);
                });
        eventually(() -> assertThat(observer.exists("/shop/orders/node")).isTrue());
    }

    @Test
    @DisplayName("closes at once, as every session")
    void closes_whileFailed() {
        ResilientSession session = rig.start(builder());
        assertRefusedAtTheWait(session);

        session.close();

        assertThat(session.state()).isEqualTo(SessionState.CLOSED);
        assertThat(NoLeaks.clientThreads()).isEmpty();
        assertThat(server.sessionIds()).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    @DisplayName("A namespace is made on demand where a chroot is not")
    void makesTheNamespace_whenItIsMissing() throws Exception {
        ResilientSession session = rig.connect(
                ResilientSession.builder().connectString(proxy.connectString()).namespace("/shop/orders"));

        session.ephemerals().register("/node", DATA).whenHeld().get(30, TimeUnit.SECONDS);

        assertThat(observer.exists("/shop/orders/node")).isTrue();
    }
}
