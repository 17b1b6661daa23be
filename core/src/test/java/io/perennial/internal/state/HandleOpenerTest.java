package io.perennial.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.connect.ConnectString;
import io.perennial.internal.engine.EventLoop;
import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.engine.SessionThreads;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.handle.ClientHandle;
import io.perennial.internal.handle.HandleConfig;
import io.perennial.internal.handle.HandleSupervisor;
import io.perennial.internal.handle.LateAnswers;
import io.perennial.internal.handle.PlayedHandle;
import io.perennial.internal.handle.UserZookeeperFactory;
import io.perennial.internal.protocol.ServerKnowledge;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.curator.ensemble.fixed.FixedEnsembleProvider;
import org.apache.zookeeper.IdleZooKeeper;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.ZooKeeper.States;
import org.apache.zookeeper.client.ZKClientConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("C5")
@Tag("C15")
class HandleOpenerTest {
    private static final String SERVERS = "127.0.0.1:2181";
    /** As often as chance must not spoil it: each pause is drawn from between nothing and its bound. */
    private static final int OFTEN = 40;

    private final HandTicker ticker = new HandTicker();
    private final ThrottledLog log = new ThrottledLog("opener", ticker);
    private final EventLoop loop = new EventLoop("opener", task -> new Thread(task, "test-loop"), ticker, log);
    private final List<IdleZooKeeper> clients = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();
    private final List<ClientHandle> demanding = new ArrayList<>();
    private boolean broken;
    private int ran;
    private int opened;

    @BeforeEach
    void start() {
        loop.start();
    }

    @AfterEach
    void stop() {
        loop.stop();
    }

    private HandleOpener opener(Duration sessionTimeout) {
        var config = new HandleConfig(
                new FixedEnsembleProvider(SERVERS),
                ConnectString.parse(SERVERS),
                sessionTimeout,
                sessionTimeout,
                false,
                List.of(),
                new ZKClientConfig(),
                true,
                100,
                new UserZookeeperFactory(this::client));
        var threads = new SessionThreads("opener", getClass().getClassLoader());
        var handles = new HandleSupervisor(
                config,
                threads,
                log,
                ticker,
                () -> true,
                new ServerKnowledge(),
                event -> {},
                (id, millis) -> {},
                Runnable::run,
                new LateAnswers(Runnable::run, (delay, task) -> {}));
        return new HandleOpener(loop, handles, Runnable::run, sessionTimeout, new Random(), new HandleOpener.Reports() {
            @Override
            public void opened() {
                opened++;
            }

            @Override
            public void cannotOpen(Throwable e) {
                failures.add(e);
            }

            @Override
            public void credentialsDemanded(ClientHandle of) {
                demanding.add(of);
            }
        });
    }

    private ZooKeeper client(String servers, int timeout, Watcher watcher, boolean readOnlyAllowed) throws IOException {
        if (broken) {
            throw new IOException("no key store");
        }
        var client = new IdleZooKeeper();
        clients.add(client);
        return client;
    }

    /** Done on the loop, with what follows from it. */
    private void onLoop(Runnable task) {
        CompletableFuture.runAsync(task, loop).join();
        CompletableFuture.runAsync(() -> {}, loop).join();
    }

    private boolean hasRunAfter(Duration time) {
        int before = ran;
        ticker.advance(time);
        onLoop(() -> {});
        return ran > before;
    }

    /** Puts it off again and again: how often for longer than {@code some}, and never for longer than {@code most}. */
    private int longerThan(Duration some, Duration most, Consumer<Runnable> later) {
        int longer = 0;
        for (int i = 0; i < OFTEN; i++) {
            onLoop(() -> later.accept(() -> ran++));
            assertThat(hasRunAfter(Duration.ZERO)).as("at once").isFalse();
            boolean soon = hasRunAfter(some);
            assertThat(soon || hasRunAfter(most.minus(some))).isTrue();
            longer += soon ? 0 : 1;
        }
        return longer;
    }

    @Test
    void pausesUpToHalfAMinute_afterARefusal() {
        HandleOpener opener = opener(Duration.ofSeconds(4));
        onLoop(() -> opener.laterAfterRefusal(() -> ran++));
        assertThat(hasRunAfter(Duration.ofSeconds(1))).as("the first one").isTrue();

        assertThat(longerThan(Duration.ofSeconds(5), Duration.ofSeconds(30), opener::laterAfterRefusal))
                .isGreaterThan(OFTEN / 4);
    }

    @Test
    @DisplayName("The session waits at the servers meanwhile: a quarter of its timeout, at most five seconds")
    void pausesNoLongerThanTheSessionMayLast_afterAHangUp() {
        HandleOpener shortLived = opener(Duration.ofSeconds(4));
        onLoop(() -> shortLived.laterAfterHangUp(() -> ran++));
        assertThat(hasRunAfter(Duration.ofMillis(400))).as("the first one").isTrue();
        assertThat(longerThan(Duration.ofMillis(400), Duration.ofSeconds(1), shortLived::laterAfterHangUp))
                .isGreaterThan(OFTEN / 4);

        HandleOpener longLived = opener(Duration.ofMinutes(5));
        assertThat(longerThan(Duration.ofSeconds(1), Duration.ofSeconds(5), longLived::laterAfterHangUp))
                .isGreaterThan(OFTEN / 4);

        HandleOpener shortest = opener(Duration.ofMillis(1));
        assertThat(longerThan(Duration.ofMillis(5), Duration.ofMillis(10), shortest::laterAfterHangUp))
                .isPositive();
    }

    @Test
    void beginsAnew_whenAServerHasAnswered() {
        HandleOpener opener = opener(Duration.ofMinutes(5));
        for (int i = 0; i < OFTEN; i++) {
            longerThan(Duration.ZERO, Duration.ofSeconds(30), opener::laterAfterRefusal);
            longerThan(Duration.ZERO, Duration.ofSeconds(5), opener::laterAfterHangUp);

            onLoop(opener::answered);

            onLoop(() -> opener.laterAfterRefusal(() -> ran++));
            assertThat(hasRunAfter(Duration.ofSeconds(1))).isTrue();
            onLoop(() -> opener.laterAfterHangUp(() -> ran++));
            assertThat(hasRunAfter(Duration.ofSeconds(1))).isTrue();
        }
    }

    @Test
    void forgetsWhatHasBeenPutOff_whenAHandleIsOpened() {
        HandleOpener opener = opener(Duration.ofSeconds(4));
        onLoop(() -> opener.laterAfterRefusal(() -> ran++));

        onLoop(() -> opener.open(null));

        assertThat(hasRunAfter(Duration.ofHours(1))).isFalse();
        assertThat(opened).isEqualTo(1);
    }

    @Test
    @DisplayName("Before anybody else has the handle: what a server demands is said of the first request that it gets")
    void asksAhead_inDoubtAlone() {
        HandleOpener opener = opener(Duration.ofSeconds(4));
        onLoop(() -> opener.open(null));
        onLoop(() -> opener.laterAfterRefusal(() -> {}));
        onLoop(() -> opener.open(null));
        onLoop(opener::answered);
        onLoop(() -> opener.open(null));
        onLoop(() -> opener.laterAfterHangUp(() -> {}));
        onLoop(() -> opener.open(null));

        assertThat(opened).isEqualTo(4);
        assertThat(clients).extracting(IdleZooKeeper::syncs).containsExactly(0, 1, 0, 1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Code.class,
            names = {"SESSIONCLOSEDREQUIRESASLAUTH", "NOAUTH", "OK", "CONNECTIONLOSS", "SESSIONEXPIRED"})
    void tellsOfTheCredentials_thatAServerDemands(Code answer) {
        HandleOpener opener = opener(Duration.ofSeconds(4));
        onLoop(() -> opener.laterAfterHangUp(() -> {}));
        onLoop(() -> opener.open(null));

        clients.get(0).answerSyncs(answer);
        onLoop(() -> {});

        assertThat(demanding)
                .isEqualTo(answer == Code.SESSIONCLOSEDREQUIRESASLAUTH ? List.of(opener.current()) : List.of());
    }

    @Test
    void forgetsWhatHasBeenPutOff_whenItIsPutOffAgain() {
        HandleOpener opener = opener(Duration.ofSeconds(4));
        onLoop(() -> opener.laterAfterRefusal(() -> ran += 10));
        onLoop(() -> opener.laterAfterHangUp(() -> ran++));

        hasRunAfter(Duration.ofHours(1));

        assertThat(ran).isEqualTo(1);
    }

    @Test
    void reportsTheLastHandleAskedFor_alone() {
        HandleOpener opener = opener(Duration.ofSeconds(4));

        onLoop(() -> {
            opener.open(null);
            opener.open(null);
        });

        assertThat(clients).hasSize(2);
        assertThat(opened).isEqualTo(1);
    }

    @Test
    void endsAHandle_onItsThread() {
        HandleOpener opener = opener(Duration.ofSeconds(4));
        onLoop(() -> opener.open(null));
        ClientHandle made = opener.current();

        onLoop(opener::endCurrent);

        assertThat(clients).singleElement().extracting(IdleZooKeeper::getState).isEqualTo(States.CLOSED);
        assertThat(opener.current()).isNull();
        assertThat(opener.isCurrent(made)).isFalse();
    }

    @Test
    void endsNothing_whenThereIsNoHandle() {
        HandleOpener opener = opener(Duration.ofSeconds(4));

        onLoop(opener::endCurrent);

        assertThat(clients).isEmpty();
        assertThat(opener.current()).isNull();
    }

    @Test
    void hasNoCurrentHandle_whileTheNextIsBeingMade() {
        HandleOpener opener = opener(Duration.ofSeconds(4));
        onLoop(() -> opener.open(null));
        ClientHandle first = opener.current();
        var meanwhile = new AtomicReference<>(first);

        onLoop(() -> {
            opener.open(null);
            meanwhile.set(opener.current());
        });

        assertThat(meanwhile).hasValue(null);
        assertThat(opener.current()).isNotNull().isNotSameAs(first);
    }

    @Test
    void takesTheFirstHandle_thatWasMadeElsewhere() {
        HandleOpener opener = opener(Duration.ofSeconds(4));
        ClientHandle first = new PlayedHandle(ticker).handle();

        onLoop(() -> opener.begin(first));

        assertThat(opener.isCurrent(first)).isTrue();
        assertThat(opened).isZero();
    }

    @Test
    void tellsWhyAHandleCannotBeOpened() {
        HandleOpener opener = opener(Duration.ofSeconds(4));
        broken = true;

        onLoop(() -> opener.open(null));

        assertThat(opened).isZero();
        assertThat(failures).singleElement().satisfies(e -> assertThat(e).hasMessage("no key store"));
    }

    @Test
    void throwsAHandleAway_thatComesAfterTheEnd() throws Exception {
        HandleOpener opener = opener(Duration.ofSeconds(4));
        loop.stop();
        loop.awaitEnd(Duration.ofSeconds(20));

        opener.open(null);

        assertThat(clients).singleElement().extracting(IdleZooKeeper::getState).isEqualTo(States.CLOSED);
    }
}
