package io.perennial.test;

import static io.perennial.test.PerennialAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.ResilientSession;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The assertions about sessions, each right and wrong. */
@ZooKeeperTest
@Timeout(120)
class SessionAssertionsIT {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final byte[] DATA = {1};

    @AutoClose
    private ResilientSession session;

    @BeforeEach
    void connect(FaultNetwork network) {
        session = ResilientSession.builder()
                .name("tested")
                .connectString(network.connectString())
                .sessionTimeout(Duration.ofSeconds(4))
                .closeTimeout(Duration.ofSeconds(2))
                .build()
                .start();
    }

    private static void assertThatItFails(Runnable assertion, String... messages) {
        assertThatThrownBy(assertion::run)
                .isInstanceOf(AssertionError.class)
                .message()
                .contains(messages);
    }

    @Test
    void recoversWithItsNodesAndWatches_whenExpiredByTheServer(EmbeddedServer server, IndependentClient observer) {
        observer.create("/config", DATA);
        try (RecordedWatch<?> config = RecordedWatch.node(session, "/config");
                RecordedWatch<?> names = RecordedWatch.children(session, "/")) {
            session.ephemerals().register("/instance", DATA);
            assertThat(session).recovers();
            assertThat(session).holds("/instance").holdsItsNodes().hasArmedItsWatches();
            assertThat(config).agreesWithTheServer();

            server.expireSession(session.info().orElseThrow().sessionId());
            observer.setData("/config", new byte[] {2});
            observer.create("/other", DATA);

            assertThat(session).recovers().within(Duration.ofSeconds(30));
            assertThat(session)
                    .holds("/instance")
                    .holdsItsNodes()
                    .hasNoGhostNodes(server)
                    .hasArmedItsWatches();
            assertThat(config).agreesWithTheServer();
            assertThat(names).agreesWithTheServer();
        }
    }

    @Test
    void saysWhatIsMissing(EmbeddedServer server, IndependentClient observer) {
        assertThat(session).recovers();
        observer.create("/somebody-elses", DATA, CreateMode.EPHEMERAL);

        assertThatItFails(
                () -> assertThat(session).waitingAtMost(SHORT).holds("/nothing"),
                "session 'tested' holds [/nothing]: not within PT0.3S",
                "node /nothing");
        assertThatItFails(
                () -> assertThat(session).waitingAtMost(SHORT).holds("/somebody-elses"),
                "session that owns /somebody-elses");
        assertThatItFails(() -> assertThat(session).waitingAtMost(SHORT).hasNoGhostNodes(server), "/somebody-elses");
    }

    @Test
    void hasNotRecovered_whileTheNetworkIsDown(FaultNetwork network) {
        assertThat(session).recovers();
        network.disconnect();

        assertThatItFails(
                () -> assertThat(session).waitingAtMost(SHORT).recovers(), "session 'tested' recovers: not within");

        network.heal();
        assertThatItFails(
                () -> assertThat(session).recovers().within(Duration.ZERO),
                "time until session 'tested' had recovered");
    }

    @Test
    void hasNotRecovered_whenItsCallbacksAreStuck() throws Exception {
        assertThat(session).recovers();
        var release = new CountDownLatch(1);
        var stuck = session.watches().node("/", change -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        assertThatItFails(
                () -> assertThat(session).waitingAtMost(SHORT).recovers(), "no first state reported to a watch");

        release.countDown();
        stuck.close();
        assertThat(session).recovers();
    }
}
