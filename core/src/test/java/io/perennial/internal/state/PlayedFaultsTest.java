package io.perennial.internal.state;

import static io.perennial.internal.state.Happening.AUTHENTICATION_FAILS;
import static io.perennial.internal.state.Happening.BACK;
import static io.perennial.internal.state.Happening.CUT;
import static io.perennial.internal.state.Happening.EVENT_THREAD_BLOCKED;
import static io.perennial.internal.state.Happening.FOLLOWER_DIES;
import static io.perennial.internal.state.Happening.HANDLE_THREAD_STUCK;
import static io.perennial.internal.state.Happening.HANGS_UP;
import static io.perennial.internal.state.Happening.LESS_TIME_GRANTED;
import static io.perennial.internal.state.Happening.QUORUM_BACK;
import static io.perennial.internal.state.Happening.QUORUM_LOST;
import static io.perennial.internal.state.Happening.SERVERS_DOWN;
import static io.perennial.internal.state.Happening.SERVER_SILENT;
import static io.perennial.internal.state.Happening.SERVER_SPEAKS;
import static io.perennial.internal.state.Happening.TICK;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.SessionState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Faults that random plays have found, each by the shortest way there. */
class PlayedFaultsTest {
    private long seed = 1;
    private final List<String> trace = new ArrayList<>();
    private Play play = new Play(PlaySetting.DEFAULT, 1, trace);

    private void play(PlaySetting setting, Happening... events) {
        trace.clear();
        play = new Play(setting, seed, trace);
        play.start();
        play.pass(Play.TICK);
        happen(events);
    }

    private void happen(Happening... events) {
        for (Happening what : events) {
            play.happens(what, 100);
        }
    }

    /** Enters, all of it in the order of its happening. */
    private void assertEntered(SessionState... states) {
        assertThat(play.entered()).as(String.join("\n", trace)).endsWith(states);
    }

    @AfterEach
    void recover() {
        play.recover();
    }

    @Test
    @Tag("C7")
    @DisplayName(
            "resume(false), and the credentials are refused for a moment: that session is gone, and nobody said so")
    void tellsTheLoss_ofASessionThatIsNotTakenOverAfterAFailure() {
        play(PlaySetting.DEFAULT.withoutResumption(), AUTHENTICATION_FAILS);

        play.recover();

        assertEntered(SessionState.FAILED, SessionState.LOST, SessionState.RESTORING, SessionState.CONNECTED);
    }

    @Test
    @Tag("C7")
    @DisplayName("The credentials are refused, and no server answers until the session's time has run out")
    void tellsTheLoss_ofASessionWhoseTimeRunsOutDuringAFailure() {
        play(PlaySetting.DEFAULT, AUTHENTICATION_FAILS, SERVERS_DOWN);

        play.pass(Play.TIMEOUT + 2 * Play.TICK);

        assertEntered(SessionState.FAILED, SessionState.LOST);
    }

    @Test
    @Tag("C7")
    @DisplayName("onTimeoutClamped(FAIL), and a server grants less to a session that stands: it is given up")
    void tellsTheLoss_ofASessionWhoseTimeoutIsRefused() {
        play(PlaySetting.DEFAULT.withClampedRefused(), Happening.LESS_TIME_GRANTED, CUT);

        play.pass(2 * Play.TICK);

        assertEntered(SessionState.SUSPENDED, SessionState.LOST, SessionState.FAILED);
    }

    @Test
    @Tag("C18")
    @DisplayName("Servers hang up three times, then are away for longer than the timeout")
    void tellsTheLoss_thoughTheHandleIsAnotherThanTheLastConnected() {
        play(PlaySetting.DEFAULT, HANGS_UP, CUT);
        play.pass(5 * Play.TICK);
        long handles = play.handles.made();
        while (play.handles.made() == handles) {
            play.pass(Play.PIECE);
        }

        happen(SERVERS_DOWN);
        play.pass(Play.TIMEOUT + 2 * Play.TICK);

        assertEntered(SessionState.SUSPENDED, SessionState.LOST);
    }

    @Test
    @Tag("C2")
    @DisplayName("Answers wait in a blocked event thread while their connection is found to be gone")
    void takesNoAnswerOfAnEarlierConnection_forNews() {
        play = new Play(PlaySetting.DEFAULT, 1, trace);
        happen(Happening.ROOT_VANISHES, Happening.SLOW_ANSWERS);
        play.start();
        play.pass(Play.TICK);
        happen(EVENT_THREAD_BLOCKED);
        play.pass(2 * Play.TICK);
        happen(SERVERS_DOWN);
        play.pass(3 * Play.TICK);

        happen(Happening.EVENT_THREAD_GOES_ON);

        assertThat(play.entered()).as(String.join("\n", trace)).containsExactly(SessionState.CONNECTING);
    }

    @Test
    @Tag("S-05")
    @DisplayName("The next handle is asked for twice while the making of handles stands still")
    void keepsTheSession_whenAHandleIsSupersededBeforeItConnects() {
        for (seed = 0; seed < 8; seed++) { // The end of the first is told before the second is there, or after.
            play(PlaySetting.DEFAULT, HANDLE_THREAD_STUCK, Happening.ENGINE_FAILS);
            play.pass(Play.TIMEOUT / 2);
            happen(Happening.ENGINE_FAILS);
            play.pass(Play.TIMEOUT / 4);

            play.recover();

            assertThat(play.lease().generation()).as(String.join("\n", trace)).isEqualTo(1);
        }
    }

    @Test
    @Tag("C5")
    @DisplayName("resume(false), and a server that demands credentials of a session that stands")
    void tellsOfCredentials_whenNoHandleCanTakeTheSessionOver() {
        play(PlaySetting.DEFAULT.withoutResumption(), Happening.CREDENTIALS_DEMANDED, CUT);

        play.pass(3L * Play.TIMEOUT);

        assertThat(play.entered()).as(String.join("\n", trace)).endsWith(SessionState.FAILED);
    }

    @Test
    @Tag("S-06")
    @DisplayName("A callback blocks the event thread while read only; the quorum comes back")
    void noticesABlockedEventThread_whileReadOnly() {
        play(PlaySetting.DEFAULT.withReadOnlyAllowed(), QUORUM_LOST);
        while (play.state() != SessionState.READ_ONLY) {
            play.pass(Play.PIECE);
        }

        happen(EVENT_THREAD_BLOCKED, QUORUM_BACK);
        play.pass(2L * Play.TIMEOUT);

        assertThat(play.state()).isEqualTo(SessionState.CONNECTED);
    }

    @Test
    @Tag("L2")
    @DisplayName("A server stands still for longer than the margin; the request that waited there is noted late")
    void holdsTheLease_noLongerThanTheLeaderKnows() {
        play = new Play(PlaySetting.DEFAULT, 1, trace);
        play.happens(LESS_TIME_GRANTED, 900); // 6 s, so that the margin is 1.5 s
        play.start();
        play.pass(2_250);

        happen(SERVER_SILENT);
        play.pass(2_000);
        happen(SERVER_SPEAKS);
        play.pass(Play.PIECE);
        happen(SERVER_SILENT);

        play.pass(5_000); // The rules of the play look whether it is held for longer than the session lasts.
    }

    @Test
    @Tag("L1")
    @DisplayName("The session comes back to a server that grants less, and the event thread is blocked")
    void goesByWhatTheHandleWasGranted_beforeItIsTold() {
        play(PlaySetting.DEFAULT, LESS_TIME_GRANTED, EVENT_THREAD_BLOCKED, CUT);
        play.pass(1_500);

        happen(SERVER_SILENT);
        play.pass(5_000);

        assertThat(play.lease().isHeld()).isFalse();
    }

    @Test
    @Tag("L1")
    @DisplayName(
            "A session is made and comes back to a server that grants more, before the event thread tells of either")
    void goesByWhatTheHandleWasGrantedFirst_whenItIsToldLate() {
        play = new Play(PlaySetting.DEFAULT, 1, trace);
        play.start();
        happen(EVENT_THREAD_BLOCKED);
        play.pass(2 * Play.TICK);
        play.happens(Happening.MORE_TIME_GRANTED, 900);
        happen(CUT);
        play.pass(3 * Play.TICK);

        happen(Happening.EVENT_THREAD_GOES_ON);

        assertThat(play.lease().isHeld()).isTrue();
        assertThat(play.lease().remaining().toMillis()).isLessThanOrEqualTo(Play.TIMEOUT);
    }

    @Test
    @Tag("L1")
    @DisplayName("So it does for a handle that has been given up and whose end is long in coming")
    void goesByWhatTheHandleWasGranted_whenItIsAbandonedLate() {
        play(PlaySetting.DEFAULT, LESS_TIME_GRANTED, HANDLE_THREAD_STUCK, Happening.ENGINE_FAILS, FOLLOWER_DIES);
        play.pass(1_000);

        happen(SERVER_SILENT);
        play.pass(5_000);

        assertThat(play.lease().isHeld()).isFalse();
        happen(BACK, TICK);
    }

    @Test
    @Tag("L1")
    @DisplayName("So it does for a handle that is given up before anybody has looked at it")
    void goesByWhatTheHandleWasGranted_whenItIsAbandonedAtOnce() {
        play(PlaySetting.DEFAULT, AUTHENTICATION_FAILS);
        attachAgain();
        happen(Happening.ENGINE_FAILS, Happening.HANDLES_CANNOT_BE_MADE);

        play.pass(5_000);

        assertThat(play.lease().isHeld()).isFalse();
    }

    /** To a server that grants less, without a word of it nor a tick. */
    private void attachAgain() {
        long before = play.handles.made();
        while (play.handles.made() == before) {
            play.pass(Play.PIECE);
        }
        happen(LESS_TIME_GRANTED, EVENT_THREAD_BLOCKED);
        while (!play.handles.current().hasConnection()) {
            play.pass(1);
        }
    }

    @Test
    @Tag("L1")
    @DisplayName("A connection is told of when the handle has another, which is read only")
    void doesNotTakeAReadOnlyConnection_forTheLeadersWord() {
        play(PlaySetting.DEFAULT.withReadOnlyAllowed(), AUTHENTICATION_FAILS);
        long made = play.handles.made();
        while (play.handles.made() == made) {
            play.pass(Play.PIECE);
        }
        happen(EVENT_THREAD_BLOCKED);
        while (!play.handles.current().hasConnection()) {
            play.pass(Play.PIECE);
        }
        long attached = play.millis();
        happen(QUORUM_LOST);
        play.pass(3_000);

        happen(Happening.EVENT_THREAD_GOES_ON);

        long most = Play.TIMEOUT - (play.millis() - attached);
        assertThat(play.lease().remaining().toMillis()).isLessThanOrEqualTo(most);
    }
}
