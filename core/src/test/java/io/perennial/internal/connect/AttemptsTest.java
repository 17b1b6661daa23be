package io.perennial.internal.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class AttemptsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final long NOT_AT_ONCE = Duration.ofSeconds(1).toNanos();
    private static final Endpoint ZK1 = new Endpoint("zk1", 1);
    private static final Endpoint ZK2 = new Endpoint("zk2", 2);

    private static final RandomGenerator RANDOM = new SplittableRandom(1);

    private final Attempts attempts = new Attempts(TIMEOUT, RANDOM);

    @Test
    @Tag("C6")
    void growsFromFiftyMillisToFiveSeconds_withinTenAttempts_whenAServerHangsUp() {
        assertThat(longestPauses(attempts, 10, true, false))
                .startsWith(Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(200))
                .endsWith(Duration.ofSeconds(5));
    }

    @Test
    @Tag("C6")
    void staysBelowASecond_whenNoServerIsReachable() {
        assertThat(longestPauses(attempts, 20, false, true)).endsWith(Duration.ofSeconds(1));
    }

    @Test
    @Tag("C6")
    void leavesASessionTimeToComeBackIn() {
        var shortLived = new Attempts(Duration.ofSeconds(4), RANDOM);

        assertThat(longestPauses(shortLived, 20, true, true)).endsWith(Duration.ofSeconds(1));
        shortLived.established(0);
        assertThat(longestPauses(shortLived, 20, false, true)).endsWith(Duration.ofMillis(400));
    }

    @Test
    @Tag("C6")
    void leavesASessionTimeToComeBackIn_alsoWhenLessIsGrantedThanWasAskedFor() {
        attempts.granted(Duration.ofSeconds(4));

        assertThat(longestPauses(attempts, 20, true, true)).endsWith(Duration.ofSeconds(1));
    }

    @Test
    @Tag("C6")
    void waitsShortly_forAServerThatIsStarting_howeverLongItWasAway() {
        longestPauses(attempts, 20, false, false);

        assertThat(longestPauses(attempts, 3, true, false))
                .containsExactly(Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(200));
    }

    @Test
    @DisplayName("A fiftieth of the outage, 20 ms to a second, plus or minus half, however often a look is refused")
    void looksAgainSoon_afterRefusals() {
        assertRefusedPause(Duration.ZERO, 10, 30);
        assertRefusedPause(Duration.ofSeconds(2), 20, 60);
        assertRefusedPause(Duration.ofHours(1), 500, 1_500);
        attempts.granted(Duration.ofSeconds(4));
        assertRefusedPause(Duration.ofHours(1), 100, 300);
    }

    private void assertRefusedPause(Duration outage, long shortest, long longest) {
        attempts.established(0);
        attempts.pause(1, true, NOT_AT_ONCE);
        for (int i = 0; i < 50; i++) {
            attempts.begin(0);
            attempts.refused(ZK1, Duration.ZERO);
            assertThat(attempts.pause(1, true, outage.toNanos()).toMillis()).isBetween(shortest, longest);
        }
    }

    @Test
    void looksAgainSoon_onlyWhenAllServersRefuse() {
        attempts.begin(0);
        attempts.refused(ZK1, Duration.ZERO);
        attempts.begin(0);
        assertThat(attempts.longestPause(true, 0)).as("nobody knows").hasMillis(50);

        attempts.reached(ZK2, Duration.ZERO);
        attempts.pause(2, true, 0);
        attempts.begin(0);
        attempts.refused(ZK1, Duration.ZERO);
        attempts.begin(0);
        attempts.reached(ZK2, Duration.ZERO);
        assertThat(attempts.longestPause(true, 0)).as("a server is there").hasMillis(100);
    }

    @Test
    @DisplayName("Silence is a crowd: up to half a second, one, two; and then refusals are spread more widely, too")
    void spreadsACrowd() {
        for (long longest : new long[] {500, 1_000, 2_000, 2_000}) {
            attempts.begin(0);
            attempts.silent(ZK1);
            assertThat(attempts.longestPause(true, 0)).hasMillis(longest);
            assertThat(attempts.pause(1, true, 0)).isPositive();
        }
        for (int i = 0; i < 50; i++) {
            attempts.begin(0);
            attempts.refused(ZK1, Duration.ZERO);
            assertThat(attempts.pause(1, true, 0).toMillis()).isBetween(40L, 120L);
        }
    }

    @Test
    void leavesASessionTimeToComeBackIn_alsoInACrowd() {
        attempts.granted(Duration.ofSeconds(4));
        attempts.begin(0);
        attempts.silent(ZK1);

        assertThat(attempts.longestPause(true, 0)).hasMillis(400);
    }

    @Test
    @Tag("C6")
    @DisplayName("Sessions that are lost at once: from 50 ms to a second; one that lasted ends that")
    void waits_whenSessionsAreLostAtOnce() {
        attempts.established(0);
        assertThat(attempts.pause(1, true, NOT_AT_ONCE)).isZero();
        long longest = 0;
        for (int i = 0; i < 200; i++) {
            attempts.established(0);
            long pause = attempts.pause(1, true, 1).toMillis();
            assertThat(pause).isBetween(1L, Math.min(1_000, 50L << Math.min(i, 10)));
            longest = Math.max(longest, pause);
        }
        assertThat(longest).isGreaterThan(500);

        attempts.established(0);
        assertThat(attempts.pause(1, true, NOT_AT_ONCE)).isZero();
        attempts.established(0);
        assertThat(attempts.pause(1, true, 1).toMillis()).isBetween(1L, 50L);
    }

    @Test
    @DisplayName("A server that was starting waits for more of a handshake: not much time is lost on that")
    void listensBrieflyAtFirst() {
        longestPauses(attempts, 1, true, true);
        assertThat(attempts.listening()).hasMillis(10);
        longestPauses(attempts, 1, true, true);
        assertThat(attempts.listening()).hasMillis(250);
        attempts.established(0);
        assertThat(attempts.listening()).hasMillis(10);
    }

    @Test
    void waitsOnlyAfterARoundOfServers() {
        attempts.begin(0);
        attempts.begin(0);
        assertThat(attempts.pause(3, false, 0)).isZero();

        attempts.begin(0);
        assertThat(attempts.pause(3, false, 0)).isPositive();
    }

    @Test
    @Tag("C6")
    void beginsAnew_whenASessionIsEstablished() {
        longestPauses(attempts, 10, true, false);
        attempts.failed(ZK1, Reason.HANGS_UP);

        attempts.established(0);

        assertThat(attempts.pause(1, false, NOT_AT_ONCE)).isZero();
        assertThat(attempts.hasLetDown(ZK1)).isFalse();
        assertThat(attempts.trouble(0)).isNull();
        assertThat(longestPauses(attempts, 1, true, false)).containsExactly(Duration.ofMillis(50));

        longestPauses(attempts, 5, false, false);
        attempts.established(0);
        assertThat(longestPauses(attempts, 1, false, false)).containsExactly(Duration.ofMillis(50));
    }

    @Test
    @Tag("H1")
    void saysOfEachServerWhyItGivesNoSession() {
        attempts.begin(0);
        attempts.begin(0);
        assertThat(attempts.trouble(0)).as("nothing known yet").isNull();
        attempts.failed(ZK1, reason(new ConnectException("Connection refused")));
        attempts.failed(ZK2, reason(new UnknownHostException("zk2")));

        assertThat(attempts.trouble(Duration.ofSeconds(12).toNanos()))
                .isEqualTo(
                        "no server is reachable after 2 attempts in 12 s; zk1:1: refuses connections: does a server run"
                                + " there, at this port?; zk2:2: the name cannot be resolved: check it, and the name"
                                + " service");

        attempts.failed(ZK1, reason(new SocketTimeoutException("connect timed out")));
        attempts.failed(ZK2, reason(new SocketTimeoutException("connect timed out")));
        assertThat(attempts.trouble(Duration.ofMillis(10).toNanos()))
                .isEqualTo("no server is reachable after 2 attempts; zk1:1, zk2:2: no answer within 10000 ms: check the"
                        + " network and its firewalls");
    }

    @Test
    @Tag("H1")
    void tellsAServerThatHangsUpFromSomethingElse() {
        attempts.failed(ZK1, Reason.HANGS_UP);
        assertThat(attempts.hasLetDown(ZK1)).isTrue();
        assertThat(attempts.trouble(0))
                .startsWith("no server grants a session")
                .contains("zk1:1: accepts connections and hangs up");
        attempts.failed(ZK1, Reason.SILENT);
        assertThat(attempts.trouble(0)).contains("stays silent");
        attempts.failed(ZK1, Reason.of(""));
        assertThat(attempts.trouble(0)).contains("hangs up");
        attempts.failed(ZK1, Reason.of("HTTP/1.1 400 Bad\u0007Request\r\nServer: x"));
        assertThat(attempts.trouble(0)).contains("answers 'HTTP/1.1 400 Bad?Request', so it is no ZooKeeper server");
        attempts.failed(ZK1, Reason.of("\u0015\u0003\u0003"));
        assertThat(attempts.trouble(0)).contains("expects TLS");
    }

    @Test
    void forgetsServersThatAreNotListedAnyMore() {
        attempts.failed(ZK1, Reason.HANGS_UP);

        attempts.forgetOthersThan(List.of(ZK2));

        assertThat(attempts.trouble(0)).isNull();
    }

    private static Reason reason(IOException e) {
        return Reason.of(e, Duration.ofSeconds(10), false);
    }

    /** The bounds of the pauses, each of which is below its own. */
    private static List<Duration> longestPauses(Attempts attempts, int rounds, boolean reached, boolean hasSession) {
        return IntStream.range(0, rounds)
                .mapToObj(round -> {
                    attempts.begin(0);
                    if (reached) {
                        attempts.reached(ZK1, Duration.ofMillis(1));
                    }
                    Duration bound = attempts.longestPause(hasSession, 0);
                    assertThat(attempts.pause(1, hasSession, 0)).isPositive().isLessThanOrEqualTo(bound);
                    return bound;
                })
                .toList();
    }
}
