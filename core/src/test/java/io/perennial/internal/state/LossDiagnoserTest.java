package io.perennial.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.LossDiagnosis;
import io.perennial.LossDiagnosis.Kind;
import io.perennial.internal.connect.Reachability;
import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.lease.LapseHooks;
import io.perennial.internal.lease.LeaseClock;
import io.perennial.internal.lease.LeaseTime;
import io.perennial.internal.lease.PauseDetector;
import io.perennial.internal.lease.PauseDetector.Pause;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LossDiagnoserTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration SILENCE = Duration.ofMillis(10_200);
    private static final Pause SHORT_PAUSE = new Pause(Duration.ofMillis(4_999), Duration.ZERO);
    private static final Pause LONG_PAUSE = new Pause(Duration.ofSeconds(5), Duration.ofMillis(30));
    private static final Pause NO_PAUSE = new Pause(Duration.ZERO, Duration.ZERO);

    @Test
    void blamesTheNetworkOrTheServers_whenNoneCouldBeReached() {
        LossDiagnosis loss = LossDiagnoser.leaseElapsed(SILENCE, SHORT_PAUSE, TIMEOUT, false, Reachability.UNREACHABLE);

        assertThat(loss.kind()).isEqualTo(Kind.NO_SERVER);
        assertThat(loss.silence()).isEqualTo(SILENCE);
        assertThat(loss.longestPause()).isEqualTo(SHORT_PAUSE.length());
        assertThat(loss.explanation()).contains("10200 ms");
    }

    @ParameterizedTest
    @EnumSource(names = {"REACHABLE", "UNKNOWN"})
    void saysThatTheServersWereSilent_whenTheyWereNotOutOfReach(Reachability servers) {
        LossDiagnosis loss = LossDiagnoser.leaseElapsed(SILENCE, SHORT_PAUSE, TIMEOUT, false, servers);

        assertThat(loss.kind()).isEqualTo(Kind.SERVER_SILENT);
        assertThat(loss.explanation()).contains("10200 ms", "this JVM ran");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void blamesThisJvm_whenItStoodStillForHalfTheTimeout(boolean connected) {
        LossDiagnosis loss =
                LossDiagnoser.leaseElapsed(SILENCE, LONG_PAUSE, TIMEOUT, connected, Reachability.UNREACHABLE);

        assertThat(loss.kind()).isEqualTo(Kind.LOCAL_PAUSE);
        assertThat(loss.longestPause()).isEqualTo(LONG_PAUSE.length());
        assertThat(loss.explanation())
                .contains("5000 ms", "this JVM did not run", "garbage collection took 30 ms", "stopped process");
    }

    @Test
    void sendsTheOperatorToTheHeap_whenThePauseWasGarbageCollection() {
        var collection = new Pause(Duration.ofSeconds(6), Duration.ofSeconds(3));

        LossDiagnosis loss = LossDiagnoser.refused(SILENCE, collection, TIMEOUT);

        assertThat(loss.kind()).isEqualTo(Kind.LOCAL_PAUSE);
        assertThat(loss.explanation()).contains("6000 ms, of which garbage collection took 3000 ms", "heap");
    }

    @Test
    void suspectsACallback_whenTheConnectionStandsAndNothingComesThrough() {
        LossDiagnosis loss = LossDiagnoser.leaseElapsed(SILENCE, SHORT_PAUSE, TIMEOUT, true, Reachability.UNKNOWN);

        assertThat(loss.kind()).isEqualTo(Kind.UNKNOWN);
        assertThat(loss.explanation()).contains("callback", "event thread");
    }

    @Test
    void saysThatTheServerExpiredIt_afterALongSilence() {
        LossDiagnosis loss = LossDiagnoser.refused(SILENCE, SHORT_PAUSE, TIMEOUT);

        assertThat(loss.kind()).isEqualTo(Kind.EXPIRED_BY_SERVER);
        assertThat(loss.explanation()).contains("after 10200 ms without contact", "longer sessionTimeout");
    }

    @Test
    void saysThatItWasClosedThere_whenTheServerHadHeardTheClientInTime() {
        LossDiagnosis loss = LossDiagnoser.refused(Duration.ofMillis(300), NO_PAUSE, TIMEOUT);

        assertThat(loss.kind()).isEqualTo(Kind.EXPIRED_BY_SERVER);
        assertThat(loss.explanation()).contains("300 ms ago", "closed there", "look in the servers' logs");
    }

    @Test
    void blamesThisJvm_whenTheServerExpiredItDuringAPause() {
        assertThat(LossDiagnoser.refused(SILENCE, LONG_PAUSE, TIMEOUT).kind()).isEqualTo(Kind.LOCAL_PAUSE);
    }

    @Test
    void saysThatTheServerExpiredIt_atTheTimeout() {
        assertThat(LossDiagnoser.refused(TIMEOUT, NO_PAUSE, TIMEOUT).explanation())
                .contains("without contact");
    }

    @Test
    void counts_fromTheLastWordOfAServer() {
        var ticker = new HandTicker();
        var time = new LeaseTime(ticker, ticker::nanos, Duration.ofMillis(500));
        var log = new ThrottledLog("orders", ticker);
        var lease = new LeaseClock(ticker, time, Duration.ZERO, new LapseHooks(time, task -> {}, log));
        var losses = new LossDiagnoser(lease, new PauseDetector(Duration.ofMillis(500), ticker.nanos(), () -> 0));
        lease.begin(1, 7, TIMEOUT, ticker.nanos(), true);

        ticker.advance(Duration.ofSeconds(6));
        losses.tick(ticker.nanos());

        assertThat(losses.isLocalPause(TIMEOUT)).isTrue();
        assertThat(losses.leaseElapsed(TIMEOUT, false, Reachability.UNKNOWN).kind())
                .isEqualTo(Kind.LOCAL_PAUSE);

        lease.begin(1, 7, TIMEOUT, ticker.nanos(), true);
        ticker.advance(Duration.ofMillis(500));
        losses.tick(ticker.nanos());

        assertThat(losses.isLocalPause(TIMEOUT)).isFalse();
    }

    @Test
    void claimsNothing_whenTheClientGaveItUp() {
        assertThat(LossDiagnoser.givenUp(SILENCE, LONG_PAUSE).kind()).isEqualTo(Kind.UNKNOWN);
    }
}
