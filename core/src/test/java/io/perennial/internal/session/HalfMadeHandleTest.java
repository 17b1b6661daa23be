package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.internal.connect.ConnectString;
import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.engine.SessionThreads;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.handle.ClientHandle;
import io.perennial.internal.handle.HandleConfig;
import io.perennial.internal.handle.HandleEvent;
import io.perennial.internal.handle.HandleSupervisor;
import io.perennial.internal.handle.LateAnswers;
import io.perennial.internal.handle.UserZookeeperFactory;
import io.perennial.internal.protocol.ServerKnowledge;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.curator.ensemble.fixed.FixedEnsembleProvider;
import org.apache.curator.framework.AuthInfo;
import org.apache.zookeeper.IdleZooKeeper;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.ZooKeeper.States;
import org.apache.zookeeper.client.ZKClientConfig;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Something throws between the beginning of a client and its being handed over: nobody else would end it. */
@Tag("K4")
@Tag("S-64")
class HalfMadeHandleTest {
    private static final String SERVERS = "127.0.0.1:2181";
    private static final Duration TIMEOUT = Duration.ofSeconds(4);
    private static final Predicate<ClientHandle> WANTED = made -> true;

    private final HandTicker ticker = new HandTicker();
    private final List<HandleEvent> heard = new ArrayList<>();
    private final IdleZooKeeper client = new IdleZooKeeper();
    private Watcher watcher = event -> {};

    HalfMadeHandleTest() throws IOException {}

    private HandleSupervisor supervisor(List<AuthInfo> authorizations, UserZookeeperFactory factory) {
        return new HandleSupervisor(
                new HandleConfig(
                        new FixedEnsembleProvider(SERVERS),
                        ConnectString.parse(SERVERS),
                        TIMEOUT,
                        TIMEOUT,
                        false,
                        authorizations,
                        new ZKClientConfig(),
                        true,
                        100,
                        factory),
                new SessionThreads("half", getClass().getClassLoader()),
                new ThrottledLog("half", ticker),
                ticker,
                () -> true,
                new ServerKnowledge(),
                heard::add,
                (id, millis) -> {},
                Runnable::run,
                new LateAnswers(Runnable::run, (delay, task) -> {}));
    }

    private ZooKeeper make(String servers, int timeout, Watcher itsWatcher, boolean readOnlyAllowed) {
        watcher = itsWatcher;
        return client;
    }

    private void tells(KeeperState state) {
        watcher.process(new WatchedEvent(EventType.None, state, null));
    }

    @Test
    void isEnded_whenTheCredentialsCannotBeHad() {
        var noMemory = new OutOfMemoryError("for a moment");
        var credentials = new AuthInfo("digest", new byte[0]) {
            @Override
            public byte[] getAuth() {
                throw noMemory;
            }
        };
        HandleSupervisor supervisor = supervisor(List.of(credentials), new UserZookeeperFactory(this::make));

        assertThatThrownBy(() -> supervisor.replace(null, WANTED)).isSameAs(noMemory);

        assertThat(client.getState()).isEqualTo(States.CLOSED);
        assertThat(supervisor.current()).isNull();
        assertThat(supervisor.superseded()).isEmpty();
    }

    /** What it tells is for nobody; its event thread would wait for ever. */
    @Test
    @Timeout(30)
    void holdsNoEventThread_whenTheFactoryThrowsWithAClientMade() {
        HandleSupervisor supervisor =
                supervisor(List.of(), new UserZookeeperFactory((servers, timeout, itsWatcher, readOnlyAllowed) -> {
                    watcher = itsWatcher;
                    throw new IllegalStateException("a bug of the application's");
                }));
        assertThatThrownBy(() -> supervisor.replace(null, WANTED)).hasMessageContaining("a bug");

        tells(KeeperState.SyncConnected);

        assertThat(heard).isEmpty();
    }

    /** There is no memory to tell the engine of it. It is the current one by then, and the next takes its place. */
    @Test
    @Timeout(30)
    void isEnded_andHoldsNoEventThread_whenItCannotBeHandedOver() {
        var noMemory = new OutOfMemoryError("for a moment");
        HandleSupervisor supervisor = supervisor(List.of(), new UserZookeeperFactory(this::make));

        assertThatThrownBy(() -> supervisor.replace(null, made -> {
                    throw noMemory;
                }))
                .isSameAs(noMemory);

        assertThat(client.getState()).isEqualTo(States.CLOSED);
        tells(KeeperState.Expired);
        assertThat(heard).hasSize(1);
    }
}
