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
import io.perennial.internal.handle.PlayedHandle;
import io.perennial.internal.session.UserZookeeperFactory;
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
    private final ThrottledLog log = new ThrottledLog("desk", ticker);
    private final EventLoop loop = new EventLoop("desk", task -> new Thread(task, "test-loop"), ticker, log);
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

    private HandleOpener desk(Duration sessionTimeout) {
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
        var threads = new SessionThreads("desk", getClass().getClassLoader());
        var handles = new HandleSupervisor(
                config,
                threads,
                log,
                ticker,
                () -> true,
                event -> {},
                (id, millis) -> {},
                Runnable::run,
                Runnable::run);
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
        HandleOpener desk = desk(Duration.ofSeconds(4));
        onLoop(() -> desk.laterAfterRefusal(() -> ran++));
        assertThat(hasRunAfter(Duration.ofSeconds(1))).as("the first one").isTrue();

        assertThat(longerThan(Duration.ofSeconds(5), Duration.ofSeconds(30), desk::laterAfterRefusal))
                .isGreaterThan(OFTEN / 4);
    }

    @Test
    @DisplayName("The session waits at the servers meanwhile: a quarter of its timeout, at most five seconds")
    void pausesNoLongerThanTheSessionMayLast_afterAHangUp() {
        HandleOpener shortLived = desk(Duration.ofSeconds(4));
        onLoop(() -> shortLived.laterAfterHangUp(() -> ran++));
        assertThat(hasRunAfter(Duration.ofMillis(400))).as("the first one").isTrue();
        assertThat(longerThan(Duration.ofMillis(400), Duration.ofSeconds(1), shortLived::laterAfterHangUp))
                .isGreaterThan(OFTEN / 4);

        HandleOpener longLived = desk(Duration.ofMinutes(5));
        assertThat(longerThan(Duration.ofSeconds(1), Duration.ofSeconds(5), longLived::laterAfterHangUp))
                .isGreaterThan(OFTEN / 4);

        HandleOpener shortest = desk(Duration.ofMillis(1));
        assertThat(longerThan(Duration.ofMillis(5), Duration.ofMillis(10), shortest::laterAfterHangUp))
                .isPositive();
    }

    @Test
    void beginsAnew_whenAServerHasAnswered() {
        HandleOpener desk = desk(Duration.ofMinutes(5));
        for (int i = 0; i < OFTEN; i++) {
            longerThan(Duration.ZERO, Duration.ofSeconds(30), desk::laterAfterRefusal);
            longerThan(Duration.ZERO, Duration.ofSeconds(5), desk::laterAfterHangUp);

            onLoop(desk::answered);

            onLoop(() -> desk.laterAfterRefusal(() -> ran++));
            assertThat(hasRunAfter(Duration.ofSeconds(1))).isTrue();
            onLoop(() -> desk.laterAfterHangUp(() -> ran++));
            assertThat(hasRunAfter(Duration.ofSeconds(1))).isTrue();
        }
    }

    @Test
    void forgetsWhatHasBeenPutOff_whenAHandleIsOpened() {
        HandleOpener desk = desk(Duration.ofSeconds(4));
        onLoop(() -> desk.laterAfterRefusal(() -> ran++));

        onLoop(() -> desk.open(null));

        assertThat(hasRunAfter(Duration.ofHours(1))).isFalse();
        assertThat(opened).isEqualTo(1);
    }

    @Test
    @DisplayName("Before anybody else has the handle: what a server demands is said of the first request that it gets")
    void asksAhead_inDoubtAlone() {
        HandleOpener desk = desk(Duration.ofSeconds(4));
        onLoop(() -> desk.open(null));
        onLoop(() -> desk.laterAfterRefusal(() -> {}));
        onLoop(() -> desk.open(null));
        onLoop(desk::answered);
        onLoop(() -> desk.open(null));
        onLoop(() -> desk.laterAfterHangUp(() -> {}));
        onLoop(() -> desk.open(null));

        assertThat(opened).isEqualTo(4);
        assertThat(clients).extracting(IdleZooKeeper::syncs).containsExactly(0, 1, 0, 1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Code.class,
            names = {"SESSIONCLOSEDREQUIRESASLAUTH", "NOAUTH", "OK", "CONNECTIONLOSS", "SESSIONEXPIRED"})
    void tellsOfTheCredentials_thatAServerDemands(Code answer) {
        HandleOpener desk = desk(Duration.ofSeconds(4));
        onLoop(() -> desk.laterAfterHangUp(() -> {}));
        onLoop(() -> desk.open(null));

        clients.get(0).answerSyncs(answer);
        onLoop(() -> {});

        assertThat(demanding)
                .isEqualTo(answer == Code.SESSIONCLOSEDREQUIRESASLAUTH ? List.of(desk.current()) : List.of());
    }

    @Test
    void forgetsWhatHasBeenPutOff_whenItIsPutOffAgain() {
        HandleOpener desk = desk(Duration.ofSeconds(4));
        onLoop(() -> desk.laterAfterRefusal(() -> ran += 10));
        onLoop(() -> desk.laterAfterHangUp(() -> ran++));

        hasRunAfter(Duration.ofHours(1));

        assertThat(ran).isEqualTo(1);
    }

    @Test
    void reportsTheLastHandleAskedFor_alone() {
        HandleOpener desk = desk(Duration.ofSeconds(4));

        onLoop(() -> {
            desk.open(null);
            desk.open(null);
        });

        assertThat(clients).hasSize(2);
        assertThat(opened).isEqualTo(1);
    }

    @Test
    void endsAHandle_onItsThread() {
        HandleOpener desk = desk(Duration.ofSeconds(4));
        onLoop(() -> desk.open(null));
        ClientHandle made = desk.current();

        onLoop(desk::endCurrent);

        assertThat(clients).singleElement().extracting(IdleZooKeeper::getState).isEqualTo(States.CLOSED);
        assertThat(desk.current()).isNull();
        assertThat(desk.isCurrent(made)).isFalse();
    }

    @Test
    void endsNothing_whenThereIsNoHandle() {
        HandleOpener desk = desk(Duration.ofSeconds(4));

        onLoop(desk::endCurrent);

        assertThat(clients).isEmpty();
        assertThat(desk.current()).isNull();
    }

    @Test
    void hasNoCurrentHandle_whileTheNextIsBeingMade() {
        HandleOpener desk = desk(Duration.ofSeconds(4));
        onLoop(() -> desk.open(null));
        ClientHandle first = desk.current();
        var meanwhile = new AtomicReference<>(first);

        onLoop(() -> {
            desk.open(null);
            meanwhile.set(desk.current());
        });

        assertThat(meanwhile).hasValue(null);
        assertThat(desk.current()).isNotNull().isNotSameAs(first);
    }

    @Test
    void takesTheFirstHandle_thatWasMadeElsewhere() {
        HandleOpener desk = desk(Duration.ofSeconds(4));
        ClientHandle first = new PlayedHandle(ticker).handle();

        onLoop(() -> desk.begin(first));

        assertThat(desk.isCurrent(first)).isTrue();
        assertThat(opened).isZero();
    }

    @Test
    void tellsWhyAHandleCannotBeOpened() {
        HandleOpener desk = desk(Duration.ofSeconds(4));
        broken = true;

        onLoop(() -> desk.open(null));

        assertThat(opened).isZero();
        assertThat(failures).singleElement().satisfies(e -> assertThat(e).hasMessage("no key store"));
    }

    @Test
    void throwsAHandleAway_thatComesAfterTheEnd() throws Exception {
        HandleOpener desk = desk(Duration.ofSeconds(4));
        loop.stop();
        loop.awaitEnd(Duration.ofSeconds(20));

        desk.open(null);

        assertThat(clients).singleElement().extracting(IdleZooKeeper::getState).isEqualTo(States.CLOSED);
    }
}
