package io.perennial.internal.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.perennial.internal.engine.HandTicker;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("H1")
class ServerChecksTest {
    private static final Endpoint ZK1 = new Endpoint("zk1", 1);
    private static final Endpoint UNLISTED = new Endpoint("zk2", 2);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final InetSocketAddress ADDRESS = InetSocketAddress.createUnresolved("zk1", 1);

    private final HandTicker ticker = new HandTicker();
    private final SplittableRandom random = new SplittableRandom(1);
    private final Attempts attempts = new Attempts(Duration.ofSeconds(30), random);
    private final Script probe = new Script();
    private final ServerChecks checks = new ServerChecks(
            new ServerList(List.of(ZK1), host -> new InetAddress[0], random), probe, attempts, PATIENCE, ticker);

    /** A probe that finds what a test has written. */
    private static final class Script implements Probe {
        private final List<String> calls = new ArrayList<>();
        private boolean isThere = true;
        private boolean isSilent;
        private Duration patience;
        private String says;

        @Override
        public void connect(InetSocketAddress address, Duration patience) throws IOException {
            calls.add("connect");
            this.patience = patience;
            if (isSilent) {
                throw new SocketTimeoutException("connect timed out");
            }
            if (!isThere) {
                throw new ConnectException("Connection refused");
            }
        }

        @Override
        public String listen(InetSocketAddress address, Duration patience, Duration listening) throws IOException {
            connect(address, patience);
            calls.set(calls.size() - 1, "listen");
            return says;
        }

        @Override
        public void close() {
            calls.add("close");
        }
    }

    private void lookAndAttempt(Duration taking, Duration patience) throws IOException {
        checks.lookAt(ZK1, ADDRESS);
        checks.attempt(patience);
        ticker.advance(taking);
        checks.concludeAttempt();
    }

    @Test
    void listensToAServerThatHasLetItDown_andToNoOther() throws Exception {
        lookAndAttempt(Duration.ofSeconds(1), PATIENCE);
        probe.says = "HTTP/1.1 400";
        checks.lookAt(ZK1, ADDRESS);

        assertThat(probe.calls).containsExactly("connect", "listen");
        assertThat(attempts.trouble(0)).contains("zk1:1: answers 'HTTP/1.1 400'");
    }

    @Test
    void saysWhatAServerHasSaid_notWhatCameOfTheAttempt() throws Exception {
        attempts.failed(ZK1, Reason.HANGS_UP);
        probe.says = "HTTP/1.1 400";

        lookAndAttempt(Duration.ofSeconds(5), PATIENCE);

        assertThat(attempts.trouble(0)).contains("answers 'HTTP/1.1 400'");
    }

    @Test
    void tellsHangingUpFromSilence() throws Exception {
        lookAndAttempt(Duration.ofMillis(1_999), PATIENCE);
        assertThat(attempts.trouble(0)).contains("hangs up");

        lookAndAttempt(Duration.ofSeconds(2), PATIENCE);
        assertThat(attempts.trouble(0)).contains("stays silent");
    }

    @Test
    void goesByTheClientsPatience_unlessThatIsShorterThanItsPauses() throws Exception {
        lookAndAttempt(Duration.ofMillis(1_333), Duration.ofMillis(1_333));
        assertThat(attempts.trouble(0)).contains("stays silent");

        lookAndAttempt(Duration.ofMillis(1_199), Duration.ofMillis(500));
        assertThat(attempts.trouble(0)).contains("hangs up");
    }

    @Test
    void concludesNothing_ofAServerThatWasLookedAtAndNotTried() throws Exception {
        checks.lookAt(ZK1, ADDRESS);
        checks.failed(new Endpoint("zk2", 1), new UnknownHostException("zk2")); // which is listed no more
        checks.attempt(PATIENCE); // in vain
        checks.concludeAttempt();

        assertThat(attempts.trouble(0)).isNull();
    }

    @Test
    void concludesAnAttemptOnce_andNoneThatWasNotLookedAt() throws Exception {
        lookAndAttempt(Duration.ofSeconds(1), PATIENCE);
        attempts.established(0);
        checks.concludeAttempt();
        assertThat(attempts.trouble(0)).isNull();

        checks.lookAt(ZK1, ADDRESS);
        assertThat(checks.reachability()).isEqualTo(Reachability.REACHABLE);
        checks.attempt(PATIENCE);
        long since = ticker.nanos();
        ticker.advance(Duration.ofSeconds(3));
        assertThat(checks.connected()).isEqualTo(since);
        checks.concludeAttempt();
        assertThat(attempts.trouble(0)).isNull();
        assertThat(checks.reachability()).isEqualTo(Reachability.UNKNOWN);
    }

    @Test
    @Tag("C6")
    void countsAsReached_whatCouldBeConnectedTo() throws Exception {
        attempts.begin(0);
        checks.lookAt(ZK1, ADDRESS);
        attempts.pause(1, false, 0);

        for (int i = 0; i < 8; i++) {
            attempts.begin(0);
            checks.lookAt(ZK1, ADDRESS);
            attempts.pause(1, false, 0);
        }
        attempts.reached(ZK1, Duration.ZERO);
        assertThat(attempts.longestPause(false, 0)).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void saysWhyAServerIsNotThere() {
        probe.isThere = false;

        assertThatThrownBy(() -> checks.lookAt(ZK1, ADDRESS)).isInstanceOf(ConnectException.class);
        checks.failed(ZK1, new ConnectException("Connection refused"));

        assertThat(checks.reachability()).isEqualTo(Reachability.UNREACHABLE);
        assertThat(attempts.trouble(0)).contains("zk1:1: refuses connections");
    }

    @Test
    void takesSilenceForACrowd_untilALookHasWaitedForTheConnectTimeout() {
        probe.isSilent = true;
        lookAtSilence();
        assertThat(probe.patience).hasMillis(60);
        assertThat(attempts.longestPause(true, 0)).as("a crowd's").hasMillis(500);
        assertThat(attempts.trouble(0)).contains("zk1:1: no answer yet");

        for (int i = 0; i < 4; i++) {
            lookAtSilence();
        }
        assertThat(probe.patience).isEqualTo(PATIENCE);
        assertThat(attempts.trouble(0)).contains("zk1:1: no answer within 10000 ms");
    }

    private void lookAtSilence() {
        attempts.begin(0);
        Throwable silence = catchThrowable(() -> checks.lookAt(ZK1, ADDRESS));
        assertThat(silence).isInstanceOf(SocketTimeoutException.class);
        checks.failed(ZK1, (IOException) silence);
    }

    @Test
    void tellsARefusal_whichMayBeRepeatedSoon() {
        probe.isThere = false;
        attempts.begin(0);
        assertThatThrownBy(() -> checks.lookAt(ZK1, ADDRESS)).isInstanceOf(ConnectException.class);

        assertThat(attempts.longestPause(true, 0)).hasMillis(30);
    }

    @Test
    @Tag("S-09")
    void saysNothingOfAServerThatIsNotListed() throws Exception {
        checks.failed(UNLISTED, new ConnectException("Connection refused"));
        checks.lookAt(UNLISTED, ADDRESS);
        checks.attempt(PATIENCE);
        checks.concludeAttempt();

        assertThat(attempts.trouble(0)).isNull();
    }

    @Test
    @Tag("C14")
    void endsALook_whenClosed() {
        checks.close();

        assertThat(probe.calls).containsExactly("close");
    }
}
