package io.perennial.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.state.Link.Finding;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class LinkTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration TICK = Duration.ofMillis(500);

    private final HandTicker ticker = new HandTicker();
    private final Link link = new Link(() -> {});

    @BeforeEach
    void begin() {
        link.begin(ticker.nanos());
    }

    private Finding tick(boolean hasConnection) {
        ticker.advance(TICK);
        return link.tick(hasConnection, ticker.nanos(), TIMEOUT);
    }

    @Test
    void hasAnotherNumber_afterEachChange() {
        long first = link.number();
        link.up(false);
        long second = link.number();
        link.down();

        assertThat(link.number()).isNotIn(first, second);
        assertThat(second).isNotEqualTo(first);
    }

    @Test
    @Tag("C8")
    void isAnswered_onThisConnectionAlone() {
        link.up(false);
        link.asked();
        assertThat(link.isAnswered()).isFalse();
        link.answered();
        assertThat(link.isAnswered()).isTrue();
        link.down();
        link.up(false);
        assertThat(link.isAnswered()).isFalse();
    }

    @Test
    void isWritable_onlyWithAServerThatHasAQuorum() {
        assertThat(link.isWritable()).isFalse();
        link.up(true);
        assertThat(link.isConnected()).isTrue();
        assertThat(link.isReadOnly()).isTrue();
        assertThat(link.isWritable()).isFalse();
        link.down();
        assertThat(link.isReadOnly()).isFalse();
        link.up(false);
        assertThat(link.isWritable()).isTrue();
    }

    @Test
    @Tag("C2")
    void findsALossThatIsNotTold_andKnowsItUntilTheHandleSpeaks() {
        link.up(false);
        assertThat(tick(false)).isEqualTo(Finding.NOTHING);
        assertThat(tick(false)).isEqualTo(Finding.LOST_UNREPORTED);

        link.down();

        assertThat(tick(false)).isEqualTo(Finding.NOTHING);
        assertThat(link.isConnected()).isFalse();
        assertThat(link.isReportedConnected()).isTrue();
        link.heard(ticker.nanos());
        assertThat(link.isReportedConnected()).isFalse();
    }

    @Test
    @Tag("S-06")
    void findsAHandleMute_thatHasAConnectionAndSaysNothing() {
        Finding last = Finding.NOTHING;
        for (int i = 0; i < 20; i++) {
            assertThat(last).isEqualTo(Finding.NOTHING);
            last = tick(true);
        }

        assertThat(last).isEqualTo(Finding.OVERDUE);
    }

    @Test
    @Tag("S-06")
    void givesAnotherHandleTheWholeTime() {
        link.up(false);
        link.asked();
        tick(true);
        ticker.advance(TIMEOUT);
        link.begin(ticker.nanos());
        link.up(false);

        assertThat(tick(true)).isEqualTo(Finding.NOTHING);
        ticker.advance(TIMEOUT);
        assertThat(tick(true)).as("it owes nothing").isEqualTo(Finding.NOTHING);
    }

    @Test
    @Tag("S-06")
    void owesNothing_onceTheConnectionOfTheQuestionIsGone() {
        link.up(false);
        link.asked();

        link.up(false);

        ticker.advance(TIMEOUT);
        assertThat(tick(true)).isEqualTo(Finding.NOTHING);
    }

    @Test
    @Tag("S-06")
    void isMute_onAReadOnlyConnection_unlessItsHeartbeatsAreAnswered() {
        link.up(true);
        for (int i = 0; i < 40; i++) {
            link.answering(true, ticker.nanos());
            assertThat(tick(true)).isEqualTo(Finding.NOTHING);
        }
        ticker.advance(TIMEOUT);
        link.answering(false, ticker.nanos());
        assertThat(tick(true)).isEqualTo(Finding.OVERDUE);
    }

    @Test
    @Tag("S-06")
    void isMute_whoOwesAnAnswer_howeverWellItsHeartbeatsAreAnswered() {
        link.up(false);
        link.asked();
        ticker.advance(TIMEOUT);
        link.answering(true, ticker.nanos());

        assertThat(tick(true)).isEqualTo(Finding.OVERDUE);
    }

    @Test
    @Tag("C21")
    void isNotMute_whileItTellsAnything_howeverItsConnectionFlaps() {
        for (int i = 0; i < 100; i++) {
            if (i % 5 == 0) {
                link.heard(ticker.nanos());
                link.up(false);
                link.asked();
                link.heard(ticker.nanos());
                link.down();
            }
            assertThat(tick(true)).isEqualTo(Finding.NOTHING);
        }
    }

    @Test
    @Tag("C5")
    void isInVain_afterThreeConnectionsWithoutAnAnswer() {
        for (int i = 0; i < 3; i++) {
            assertThat(link.hasTooManyHangUps()).isFalse();
            link.up(false);
            link.asked();
            link.down();
        }

        assertThat(link.hasTooManyHangUps()).isTrue();
        link.begin(ticker.nanos());
        assertThat(link.hasTooManyHangUps()).as("with another handle, too").isTrue();
        link.up(false);
        link.asked();
        link.answered();
        assertThat(link.hasTooManyHangUps()).isFalse();
    }
}
