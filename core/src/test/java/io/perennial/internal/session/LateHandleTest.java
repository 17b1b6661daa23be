package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.connect.ConnectString;
import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.engine.SessionThreads;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.handle.HandleConfig;
import io.perennial.internal.handle.HandleSupervisor;
import io.perennial.internal.handle.LateAnswers;
import io.perennial.internal.handle.UserZookeeperFactory;
import io.perennial.internal.protocol.ServerKnowledge;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.curator.ensemble.fixed.FixedEnsembleProvider;
import org.apache.zookeeper.IdleZooKeeper;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.ZooKeeper.States;
import org.apache.zookeeper.client.ZKClientConfig;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A handle that is still being made when its session's close has looked for the last one: nobody else will end it. */
@Tag("K3")
@Tag("S-46")
class LateHandleTest {
    private static final String SERVERS = "127.0.0.1:2181";
    private static final Duration TIMEOUT = Duration.ofSeconds(4);

    private final HandTicker ticker = new HandTicker();
    private final IdleZooKeeper client = client();
    private Runnable whileMade = this::close;
    private final HandleSupervisor supervisor = new HandleSupervisor(
            new HandleConfig(
                    new FixedEnsembleProvider(SERVERS),
                    ConnectString.parse(SERVERS),
                    TIMEOUT,
                    TIMEOUT,
                    false,
                    List.of(),
                    new ZKClientConfig(),
                    true,
                    100,
                    new UserZookeeperFactory(this::make)),
            new SessionThreads("late", getClass().getClassLoader()),
            new ThrottledLog("late", ticker),
            ticker,
            () -> true,
            new ServerKnowledge(),
            event -> {},
            (id, millis) -> {},
            Runnable::run,
            new LateAnswers(Runnable::run, (delay, task) -> {}));

    private static IdleZooKeeper client() {
        try {
            return new IdleZooKeeper();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private ZooKeeper make(String servers, int timeout, Watcher watcher, boolean readOnlyAllowed) {
        whileMade.run();
        return client;
    }

    private void close() {
        supervisor.refuseNewHandles();
        assertThat(supervisor.seal()).isNull();
    }

    @Test
    void isEnded() throws Exception {
        supervisor.replace(null, made -> true);

        assertThat(client.getState()).isEqualTo(States.CLOSED);
    }

    /** Its thread was about to say that it is connected, and did, over the word that it is closed. */
    @Test
    void isEndedOnceMore_whenAServerGaveItsSessionInThatMoment() throws Exception {
        client.isGrantedASessionWhenItEnds();

        supervisor.replace(null, made -> true);

        assertThat(client.getState()).isEqualTo(States.CLOSED);
    }

    /** What is still at work at the end of a close is interrupted. */
    @Test
    void isEndedOnceMore_thoughItsMakerIsInterrupted() throws Exception {
        client.isGrantedASessionWhenItEnds();
        Thread maker = Thread.currentThread();
        whileMade = () -> {
            close();
            maker.interrupt();
        };

        supervisor.replace(null, made -> true);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(client.getState()).isEqualTo(States.CLOSED);
    }
}
