package io.perennial.spring.boot.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.perennial.ResilientSession;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.Opened;
import io.perennial.test.ZooKeeperTest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The meters of real sessions in real trouble. */
@ZooKeeperTest
@Tag("essential")
class SessionMetricsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @AutoClose
    private final Opened opened = new Opened();

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private EmbeddedServer server;

    @BeforeEach
    void take(EmbeddedServer running) {
        server = running;
    }

    private ResilientSession connect() throws InterruptedException {
        ResilientSession session = opened.add(ResilientSession.builder()
                .name("orders")
                .connectString(server.connectString())
                .sessionTimeout(Duration.ofSeconds(10))
                .build());
        new SessionMetrics(session).bindTo(registry);
        assertThat(session.start().awaitConnected(PATIENCE)).isTrue();
        return session;
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    private double losses(String diagnosis) {
        return registry.get("perennial.session.losses")
                .tag("diagnosis", diagnosis)
                .counter()
                .count();
    }

    @Test
    void tellsAnExpiryAndItsRepair() throws Exception {
        ResilientSession session = connect();
        session.ephemerals().register("/node", new byte[0]).whenHeld().get(30, TimeUnit.SECONDS);
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(gauge("perennial.nodes.held")).isEqualTo(1);
            assertThat(gauge("perennial.heartbeat.round.trip")).isBetween(0.000001, 30.0);
            assertThat(gauge("perennial.lease.remaining")).isBetween(0.001, 10.0);
            assertThat(registry.get("perennial.session.restoration").timer().count())
                    .isEqualTo(1);
        });
        assertThat(registry.get("perennial.session.outage").timer().count()).isZero();

        server.expireSession(session.info().orElseThrow().sessionId());

        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(losses("EXPIRED_BY_SERVER")).isEqualTo(1);
            assertThat(gauge("perennial.session.generation")).isEqualTo(2);
            assertThat(registry.get("perennial.session.outage").timer().count()).isEqualTo(1);
            assertThat(registry.get("perennial.session.restoration").timer().count())
                    .isEqualTo(2);
            assertThat(registry.get("perennial.session.state")
                            .tag("state", "CONNECTED")
                            .gauge()
                            .value())
                    .isEqualTo(1);
            assertThat(gauge("perennial.nodes.held")).isEqualTo(1);
        });
        assertThat(losses("NO_SERVER")).isZero();
    }

    @Test
    void timesAnOutage() throws Exception {
        connect();
        server.stop();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(losses("NO_SERVER")).isEqualTo(1));
        assertThat(gauge("perennial.heartbeat.round.trip")).isNaN();
        assertThat(gauge("perennial.lease.remaining")).isZero();
        server.restart();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        registry.get("perennial.session.outage").timer().totalTime(TimeUnit.SECONDS))
                .as("a lost session has been silent for its timeout, heartbeat included")
                .isBetween(5.0, 60.0));
        assertThat(gauge("perennial.session.generation")).as("resumed").isEqualTo(1);
    }

    @Test
    void areGoneWithTheSession_andAreTheNextOnesWhenThereIsOne() throws Exception {
        ResilientSession first = connect();
        first.close();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(registry.getMeters()).isEmpty());

        connect().ephemerals().register("/node", new byte[0]).whenHeld().get(30, TimeUnit.SECONDS);

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(gauge("perennial.nodes.held")).isEqualTo(1));
    }

    @Test
    void areGone_withASessionThatWasNeverStarted() {
        ResilientSession session =
                ResilientSession.builder().connectString(server.connectString()).build();
        new SessionMetrics(session).bindTo(registry);
        assertThat(registry.getMeters()).isNotEmpty();

        session.close();

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(registry.getMeters()).isEmpty());
    }
}
