package io.perennial.spring.boot.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.test.EmbeddedServer;
import io.perennial.test.ZooKeeperTest;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@ZooKeeperTest(tickTimeMillis = 1_000, minSessionTimeoutMillis = 2_000, maxSessionTimeoutMillis = 20_000)
@Tag("essential")
class FailFastIT {
    private static final Duration AT_ONCE = Duration.ofSeconds(50);

    private static EmbeddedServer server;

    @BeforeAll
    static void take(EmbeddedServer running) {
        server = running;
    }

    @Test
    void aTimeoutThatTheServerWillNotGrant_endsTheStartAtOnce() {
        String said = failing(
                "perennial.connect-string=" + server.connectString(),
                "perennial.session-timeout=80s",
                "perennial.on-timeout-clamped=fail");

        assertThat(said)
                .contains("Session 'zookeeper' has failed (TIMEOUT_CLAMPED)")
                .contains("asked for a session timeout of 80000 ms, the server granted 20000 ms")
                .contains("maxSessionTimeout is 20000 ms")
                .contains("maxSessionTimeout=80000")
                .contains("set 'perennial.session-timeout' to what the servers grant")
                .contains("set 'perennial.on-timeout-clamped' to warn");
    }

    @Test
    void aTimeoutBelowTheServersLeast_isSaidToBeThat() {
        assertThat(failing(
                        "perennial.sessions.orders.connect-string=" + server.connectString(),
                        "perennial.sessions.orders.session-timeout=1s",
                        "perennial.on-timeout-clamped=fail"))
                .contains("Session 'orders' has failed (TIMEOUT_CLAMPED)")
                .contains("minSessionTimeout is 2000 ms")
                .contains("set 'perennial.sessions.orders.session-timeout'");
    }

    @Test
    void aMissingChroot_endsTheStartAtOnce() {
        assertThat(failing("perennial.connect-string=" + server.connectString() + "/not/there"))
                .contains("Session 'zookeeper' has failed (CHROOT_MISSING)")
                .contains("/not/there")
                .contains("Create that path on the servers");
    }

    @Test
    void credentialsThatTheServerRefuses_endTheStartAtOnce() {
        assertThat(failing(
                        "perennial.connect-string=" + server.connectString(),
                        "perennial.authorizations=no-such-scheme:s3cret"))
                .contains("Session 'zookeeper' has failed (AUTH_FAILED)")
                .contains("Correct 'perennial.authorizations'")
                .doesNotContain("s3cret");
    }

    /** Without an end at once it would wait for a minute. */
    private static String failing(String... properties) {
        String[] all = Arrays.copyOf(properties, properties.length + 2);
        all[properties.length] = "perennial.fail-fast=true";
        all[properties.length + 1] = "perennial.fail-fast-timeout=1m";
        long began = System.nanoTime();
        String said = FailedStart.of(all);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(AT_ONCE);
        return said;
    }
}
