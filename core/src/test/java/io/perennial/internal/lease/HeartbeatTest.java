package io.perennial.internal.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.handle.PlayedHandle;
import io.perennial.internal.protocol.ErrorKind;
import io.perennial.internal.state.Link;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.IdleZooKeeper;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HeartbeatTest {
    private static final long SESSION = 7;
    private static final Duration TIMEOUT = Duration.ofSeconds(12);

    private final HandTicker ticker = new HandTicker();
    private final ThrottledLog log = new ThrottledLog("beating", ticker);
    private final LeaseTime time = new LeaseTime(ticker, ticker::nanos, TIMEOUT);
    private final LeaseClock lease = new LeaseClock(ticker, time, Duration.ZERO, new LapseHooks(time, task -> {}, log));
    private final Heartbeat heartbeat = new Heartbeat(lease, ticker);
    private final Link link = new Link(() -> {});
    private final List<Code> root = new ArrayList<>();

    @AutoClose
    private final PlayedHandle played = new PlayedHandle(ticker);

    private final IdleZooKeeper client = played.client();

    @BeforeEach
    void begin() {
        lease.begin(1, SESSION, TIMEOUT, ticker.nanos(), true);
        link.up(false);
    }

    private void askFirst() {
        heartbeat.first(played.handle(), SESSION, rc -> root.add(ErrorKind.codeOf(rc)));
    }

    private void answerFirst(Code sync, Code look) {
        client.answerSyncs(sync);
        client.answerLooks(look);
    }

    private void tick() {
        heartbeat.tick(played.handle(), SESSION, link);
    }

    @Test
    @Tag("L1")
    void shortensTheLease_whenTheHandleHasBeenGrantedLess() {
        heartbeat.look(null);
        heartbeat.look(played.handle());
        assertThat(lease.timeout()).as("of another session").isEqualTo(TIMEOUT);

        client.setSessionId(SESSION);
        heartbeat.look(played.handle());

        assertThat(lease.timeout()).isEqualTo(Duration.ofMillis(IdleZooKeeper.GRANTED));
    }

    @ParameterizedTest
    @CsvSource({"OK, OK, OK, true", "OK, NONODE, NONODE, true", "NOAUTH, NOAUTH, NOAUTH, false"})
    void tellsWhatWasSaidOfTheRoot(Code sync, Code look, Code told, boolean held) {
        askFirst();

        answerFirst(sync, look);

        assertThat(root).containsExactly(told);
        assertThat(lease.isHeld()).isEqualTo(held);
    }

    @ParameterizedTest
    @CsvSource({
        "SESSIONCLOSEDREQUIRESASLAUTH, CONNECTIONLOSS",
        "SESSIONCLOSEDREQUIRESASLAUTH, SESSIONEXPIRED",
        "OK, SESSIONCLOSEDREQUIRESASLAUTH"
    })
    @Tag("C5")
    @DisplayName("It is said of the first request alone; the others are lost with the connection")
    void tellsThatTheServerDemandsCredentials(Code sync, Code look) {
        askFirst();

        answerFirst(sync, look);

        assertThat(root).containsExactly(Code.SESSIONCLOSEDREQUIRESASLAUTH);
        assertThat(Heartbeat.demandsCredentials(root.get(0).intValue())).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"CONNECTIONLOSS, CONNECTIONLOSS", "OK, CONNECTIONLOSS", "OK, SESSIONEXPIRED"})
    @Tag("C5")
    void tellsNothing_whenTheConnectionHasGone(Code sync, Code look) {
        askFirst();

        answerFirst(sync, look);
        tick();

        assertThat(root).isEmpty();
        assertThat(client.looks()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"THROTTLEDOP, OK", "OK, THROTTLEDOP", "NOTREADONLY, NONODE"})
    @Tag("C17")
    void asksAgainAtTheNextTick_whenTheServerAnswersNotNow(Code sync, Code look) {
        askFirst();
        answerFirst(sync, look);
        assertThat(root).containsExactly(Code.THROTTLEDOP);
        assertThat(client.looks()).isZero();

        tick();
        tick();
        answerFirst(Code.OK, Code.OK);

        assertThat(root).containsExactly(Code.THROTTLEDOP, Code.OK);
        tick();
        assertThat(client.looks()).isZero();
    }

    @Test
    @Tag("C17")
    void doesNotAskAgain_onceTheConnectionIsAnother() {
        askFirst();
        answerFirst(Code.THROTTLEDOP, Code.OK);

        heartbeat.connectionChanged();
        tick();

        assertThat(client.looks()).isZero();
    }

    @Test
    void hasOneQuestionUnderWay_andNextOneWhenItsTimeHasCome() {
        tick();
        assertThat(client.syncs()).as("too early").isZero();
        ticker.advance(TIMEOUT.dividedBy(6));
        tick();
        ticker.advance(TIMEOUT.dividedBy(6));
        tick();
        assertThat(client.syncs()).isEqualTo(1);

        client.answerSyncs(Code.CONNECTIONLOSS);
        assertThat(lease.isHeld()).isFalse();
        tick();
        client.answerSyncs(Code.OK);

        assertThat(lease.isHeld()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"OK, true", "NOAUTH, true", "NONODE, true", "THROTTLEDOP, false", "NOTREADONLY, false"})
    @Tag("S-62")
    @DisplayName("A refusal of the root is agreed upon, too; what is not, is asked again with each beat")
    void hasTheServersAgree_inASessionThatWasTakenUpAgainLate(Code answer, boolean held) {
        lease.begin(1, SESSION, TIMEOUT, ticker.nanos(), false);
        askFirst();
        assertThat(client.syncs()).isZero();

        client.answerTransactions(answer);

        assertThat(lease.isHeld()).isEqualTo(held);
        ticker.advance(TIMEOUT.dividedBy(6));
        tick();
        assertThat(client.syncs()).isEqualTo(held ? 1 : 0);
        assertThat(client.transactions()).isEqualTo(held ? 0 : 1);
    }

    @Test
    @Tag("S-01")
    @Tag("S-62")
    void writesNothing_inASessionThatWasTakenUpAgainSoon() {
        lease.acknowledge(SESSION, ticker.nanos());
        ticker.advance(TIMEOUT.dividedBy(2));
        lease.begin(1, SESSION, TIMEOUT, ticker.nanos(), false);

        askFirst();

        assertThat(client.transactions()).isZero();
        assertThat(client.syncs()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"6000, 300, 300", "10000, 500, 500", "30000, 500, 4000"})
    @Tag("S-01")
    @Tag("S-62")
    @DisplayName("Whenever in the heartbeats' course the connection drops, and however long ago the last renewal was")
    void writesNothingAndKeepsTheLease_whenAConnectionIsBackSoon(int timeout, int tick, int outage) {
        for (int phase = 0; phase < 20; phase++) {
            var play = new Outage(timeout, tick);
            play.pass(3 * timeout + phase * timeout / 40);
            play.link.down();
            play.pass(outage);
            play.attach(false);
            play.pass(timeout);

            assertThat(play.trouble)
                    .as("transactions and lapses, phase %d", phase)
                    .isEmpty();
            play.clock.close();
        }
    }

    /** A session whose servers answer within a millisecond. */
    private final class Outage {
        private final int timeout;
        private final int tick;
        private final LeaseTime leaseTime = new LeaseTime(ticker, ticker::nanos, TIMEOUT);
        private final LeaseClock clock =
                new LeaseClock(ticker, leaseTime, null, new LapseHooks(leaseTime, task -> {}, log));
        private final Heartbeat beats = new Heartbeat(clock, ticker);
        private final Link link = new Link(beats::connectionChanged);
        private final List<String> trouble = new ArrayList<>();
        private int sinceTick;

        Outage(int timeout, int tick) {
            this.timeout = timeout;
            this.tick = tick;
            attach(true);
        }

        void attach(boolean created) {
            link.up(false);
            clock.begin(1, SESSION, Duration.ofMillis(timeout), ticker.nanos(), created);
            beats.first(played.handle(), SESSION, rc -> {});
        }

        void pass(int millis) {
            for (int i = 0; i < millis; i++) {
                ticker.advance(Duration.ofMillis(1));
                if (client.transactions() > 0) {
                    trouble.add("a transaction");
                }
                client.answerTransactions(Code.OK);
                answerFirst(Code.OK, Code.OK);
                if (!clock.isHeld()) {
                    trouble.add("a lapse");
                }
                if (++sinceTick >= tick) {
                    sinceTick = 0;
                    beats.tick(played.handle(), SESSION, link);
                }
            }
        }
    }

    @Test
    @Tag("L3")
    void renewsTheLease_byOk() {
        assertThat(Heartbeat.isLeadersAnswer(Code.OK.intValue())).isTrue();
    }

    @ParameterizedTest
    @Tag("L3")
    @EnumSource(value = Code.class, mode = EnumSource.Mode.EXCLUDE, names = "OK")
    void doesNotRenewTheLease_byAnythingElse(Code code) {
        assertThat(Heartbeat.isLeadersAnswer(code.intValue())).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"OK, true", "NOAUTH, true", "CONNECTIONLOSS, false", "SESSIONEXPIRED, false"})
    void tellsAnAnswerFromALostOne(Code code, boolean answered) {
        assertThat(Heartbeat.isAnswer(code.intValue())).isEqualTo(answered);
    }

    @Test
    void beatsSixTimesInATimeout_andEveryFiveSecondsAtLeast() {
        assertThat(Heartbeat.interval(Duration.ofSeconds(12))).isEqualTo(Duration.ofSeconds(2));
        assertThat(Heartbeat.interval(Duration.ofSeconds(60))).isEqualTo(Duration.ofSeconds(5));
        assertThat(Heartbeat.interval(Duration.ofMillis(60))).isEqualTo(Duration.ofMillis(20));
    }
}
