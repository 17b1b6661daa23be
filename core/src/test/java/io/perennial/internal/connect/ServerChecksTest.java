package io.perennial.internal.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.perennial.internal.engine.HandTicker;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
        private String says;

        @Override
        public void connect(InetSocketAddress address) throws IOException {
            calls.add("connect");
            if (!isThere) {
                throw new ConnectException("Connection refused");
            }
        }

        @Override
        public String listen(InetSocketAddress address) throws IOException {
            connect(address);
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
        checks.attempt();
        ticker.advance(taking);
        checks.concludeAttempt(patience);
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
    void concludesAnAttemptOnce_andNoneThatWasNotLookedAt() throws Exception {
        lookAndAttempt(Duration.ofSeconds(1), PATIENCE);
        attempts.established();
        checks.concludeAttempt(PATIENCE);
        assertThat(attempts.trouble(0)).isNull();

        checks.lookAt(ZK1, ADDRESS);
        assertThat(checks.reachability()).isEqualTo(Reachability.REACHABLE);
        checks.attempt();
        long since = ticker.nanos();
        ticker.advance(Duration.ofSeconds(3));
        assertThat(checks.connected()).isEqualTo(since);
        checks.concludeAttempt(PATIENCE);
        assertThat(attempts.trouble(0)).isNull();
        assertThat(checks.reachability()).isEqualTo(Reachability.UNKNOWN);
    }

    @Test
    @Tag("C6")
    void countsAsReached_whatCouldBeConnectedTo() throws Exception {
        attempts.begin(0);
        checks.lookAt(ZK1, ADDRESS);
        attempts.pause(1, false);

        for (int i = 0; i < 8; i++) {
            attempts.begin(0);
            checks.lookAt(ZK1, ADDRESS);
            attempts.pause(1, false);
        }
        attempts.reached();
        assertThat(attempts.longestPause(false)).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void saysWhyAServerIsNotThere() {
        probe.isThere = false;

        assertThatThrownBy(() -> checks.lookAt(ZK1, ADDRESS)).isInstanceOf(ConnectException.class);
        checks.failed(ZK1, ADDRESS, new ConnectException("Connection refused"));

        assertThat(checks.reachability()).isEqualTo(Reachability.UNREACHABLE);
        assertThat(attempts.trouble(0)).contains("zk1:1: refuses connections");
    }

    /** Looks for it, where its name stands for now, and is refused. */
    private static void refuse(ServerChecks checks, ServerList list, Endpoint server) throws IOException {
        checks.failed(server, list.resolve(server), new ConnectException("Connection refused"));
    }

    private ServerChecks checksOf(ServerList list) {
        return new ServerChecks(list, probe, attempts, PATIENCE, ticker);
    }

    private ServerList list(Map<String, List<InetAddress>> names, Endpoint... servers) {
        return new ServerList(
                List.of(servers), host -> names.getOrDefault(host, List.of()).toArray(new InetAddress[0]), random);
    }

    private static InetAddress address(int last) throws IOException {
        return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
    }

    @Test
    void knowsThatAllRefuse_onlyWhenEachHas_sinceThen() throws Exception {
        ServerList both =
                list(Map.of(ZK1.host(), List.of(address(1)), UNLISTED.host(), List.of(address(2))), ZK1, UNLISTED);
        ServerChecks checks = checksOf(both);
        refuse(checks, both, ZK1);
        assertThat(checks.allRefuseSince(ticker.nanos())).isFalse();
        refuse(checks, both, UNLISTED);
        assertThat(checks.allRefuseSince(ticker.nanos())).isTrue();

        ticker.advance(Duration.ofMillis(1));
        refuse(checks, both, ZK1);
        assertThat(checks.allRefuseSince(ticker.nanos())).isFalse();
        refuse(checks, both, UNLISTED);
        assertThat(checks.allRefuseSince(ticker.nanos())).isTrue();
    }

    @Test
    void doesNotTakeOneAddress_forAllThatANameStandsFor() throws Exception {
        ServerList two = list(Map.of(ZK1.host(), List.of(address(1), address(2))), ZK1);
        ServerChecks checks = checksOf(two);
        refuse(checks, two, ZK1);
        assertThat(checks.allRefuseSince(ticker.nanos())).isFalse();

        await().untilAsserted(() -> {
            refuse(checks, two, ZK1); // at either, by chance
            assertThat(checks.allRefuseSince(ticker.nanos())).isTrue();
        });
    }

    @Test
    void doesNotTakeSilence_norAServerThatIsThere_norAnUnknownName_forARefusal() throws Exception {
        long begun = ticker.nanos();
        var names = new HashMap<>(Map.of(ZK1.host(), List.of(address(1))));
        ServerList one = list(names, ZK1);
        ServerChecks checks = checksOf(one);

        refuse(checks, one, ZK1);
        checks.failed(ZK1, one.resolve(ZK1), new SocketTimeoutException());
        assertThat(checks.allRefuseSince(begun)).isFalse();

        refuse(checks, one, ZK1);
        checks.lookAt(ZK1, one.resolve(ZK1));
        assertThat(checks.allRefuseSince(begun)).isFalse();

        refuse(checks, one, ZK1);
        checks.connected();
        assertThat(checks.allRefuseSince(begun)).isFalse();

        refuse(checks, one, ZK1);
        names.clear();
        assertThatThrownBy(() -> one.resolve(ZK1)).isInstanceOf(RuntimeException.class);
        assertThat(checks.allRefuseSince(begun)).isFalse();
    }

    @Test
    @Tag("S-09")
    void saysNothingOfAServerThatIsNotListed() throws Exception {
        checks.failed(UNLISTED, ADDRESS, new ConnectException("Connection refused"));
        checks.lookAt(UNLISTED, ADDRESS);
        checks.attempt();
        checks.concludeAttempt(PATIENCE);

        assertThat(attempts.trouble(0)).isNull();
    }

    @Test
    @Tag("C14")
    void endsALook_whenClosed() {
        checks.close();

        assertThat(probe.calls).containsExactly("close");
    }
}
