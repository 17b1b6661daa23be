package io.perennial.internal.state;

import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.READ_ONLY;
import static io.perennial.SessionState.RESTORING;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.SessionState;
import io.perennial.internal.state.Decisions.Expiry;
import io.perennial.internal.state.Decisions.Silence;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DecisionsTest {
    @ParameterizedTest
    @EnumSource(SessionState.class)
    void leadsToALegalState_orToNone_whenTheConnectionIsLost(SessionState now) {
        for (boolean inUse : new boolean[] {false, true}) {
            for (boolean hasSession : new boolean[] {false, true}) {
                SessionState next = Decisions.onLostConnection(now, inUse, hasSession);

                assertThat(next == now || StateMachine.isLegal(now, next))
                        .as("%s -> %s", now, next)
                        .isTrue();
                assertThat(next).as("a state of a connection").isNotIn(CONNECTED, RESTORING, READ_ONLY);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CONNECTED, true, true, SUSPENDED",
        "RESTORING, true, true, SUSPENDED",
        "READ_ONLY, true, true, SUSPENDED",
        "READ_ONLY, false, true, LOST",
        "READ_ONLY, false, false, CONNECTING",
        "CONNECTING, false, true, CONNECTING",
        "SUSPENDED, true, true, SUSPENDED",
        "FAILED, true, true, FAILED",
        "LOST, false, true, LOST"
    })
    void leadsTo(SessionState now, boolean inUse, boolean hasSession, SessionState next) {
        assertThat(Decisions.onLostConnection(now, inUse, hasSession)).isEqualTo(next);
    }

    @ParameterizedTest
    @CsvSource({
        "true, true, false, false, GIVEN_UP",
        "true, false, false, true, GIVEN_UP",
        "false, true, false, false, REFUSED",
        "false, true, false, true, REFUSED",
        "false, true, true, false, REFUSED",
        "false, true, true, true, ASK_AGAIN",
        "false, false, false, true, ASK_AGAIN"
    })
    void takesExpiredFor(boolean granted, boolean known, boolean firstAttempt, boolean old, Expiry meaning) {
        assertThat(Decisions.onExpired(granted, known, firstAttempt, old)).isEqualTo(meaning);
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    @Tag("C15")
    void takesExpiredForTheRefusalOfANewSession_whenThereWasNone(boolean firstAttempt) {
        assertThat(Decisions.onExpired(false, false, firstAttempt, false)).isEqualTo(Expiry.NO_NEW_SESSION);
    }

    @ParameterizedTest
    @CsvSource({
        "false, true, true, false, BEARABLE",
        "false, true, true, true, BEARABLE",
        "true, false, false, false, BEARABLE",
        "true, false, false, true, BEARABLE",
        "true, false, true, false, LAPSED",
        "true, false, true, true, LAPSED_SINCE_FAILURE",
        "true, true, false, false, LAPSED",
        "true, true, false, true, LAPSED",
        "true, true, true, false, LAPSED",
        "true, true, true, true, LAPSED"
    })
    void takesASilenceFor(boolean over, boolean owedToCurator, boolean inUse, boolean failed, Silence meaning) {
        assertThat(Decisions.onSilence(over, owedToCurator, inUse, failed)).isEqualTo(meaning);
    }
}
