package io.perennial.internal.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.connect.GatePlay.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Faults that random plays of the gate have found, each by the shortest way there; and outages as long as it takes. */
class PlayedGateFaultsTest {
    private static final GateSetting ONE = GateSetting.DEFAULT;
    private static final Duration AN_HOUR = Duration.ofHours(1);

    private final List<String> trace = new ArrayList<>();

    /** So long after the one before, and when the thread is there, if that matters. */
    private record Step(GatePlace at, Duration after, Consumer<GatePlay> action) {}

    private static Step then(GateHappening what, int amount) {
        return after(Duration.ZERO, play -> what.happenTo(play, amount));
    }

    private static Step when(GatePlace at, Consumer<GatePlay> action) {
        return new Step(at, Duration.ZERO, action);
    }

    private static Step when(GatePlace at, GateHappening what) {
        return when(at, play -> what.happenTo(play, 101));
    }

    private static Step after(Duration time, Consumer<GatePlay> action) {
        return new Step(null, time, action);
    }

    private static final class Course implements Script {
        private final List<Step> steps;
        private final GateEnding ending = new GateEnding();
        private int at;
        private long last;

        private Course(Step... steps) {
            this.steps = List.of(steps);
        }

        @Override
        public long due(GatePlay play, GatePlace place, long entered) {
            if (at == steps.size()) {
                return ending.due(play, place, entered);
            }
            Step next = steps.get(at);
            return next.at == null || next.at == place ? last + next.after.toNanos() : GatePlay.FOR_EVER;
        }

        @Override
        public void happen(GatePlay play) {
            if (at == steps.size()) {
                ending.happen(play);
                return;
            }
            last = play.now();
            steps.get(at++).action.accept(play);
        }
    }

    /** The rules of the play say what is wrong. */
    private void play(GateSetting setting, Step... steps) {
        new GatePlay(setting, 1, new Course(steps), trace).run();
    }

    @Test
    @Tag("C14")
    @DisplayName("The handle is closed while the name of a server is resolved: its thread must not go on to connect")
    void letsNobodyThrough_whenClosedWhileANameIsResolved() {
        play(
                ONE,
                then(GateHappening.CUT, 0),
                then(GateHappening.NAME_SLOW, 101),
                when(GatePlace.RESOLVING, GateHappening.CLOSE),
                then(GateHappening.NEW_HANDLE, 0),
                then(GateHappening.CUT, 0),
                when(GatePlace.RESOLVING, GateHappening.RETIRE));
    }

    @Test
    @Tag("C14")
    @DisplayName("The same while a server that has hung up before is listened to, whose silence is then of our making")
    void letsNobodyThrough_whenClosedWhileListening() {
        play(
                ONE,
                then(GateHappening.ALL_HANG_UP, 0),
                when(GatePlace.PAUSING, play -> play.network().setAll(Manner.SILENT)),
                when(GatePlace.LISTENING, GateHappening.CLOSE));
    }

    @Test
    @Tag("S-09")
    @DisplayName("A server is looked at while others take its place in the list")
    void letsNobodyThroughToAServerThatIsListedNoMore() {
        play(
                ONE,
                then(GateHappening.CUT, 0),
                then(GateHappening.NAME_SLOW, 101),
                when(GatePlace.RESOLVING, play -> GateHappening.FOLLOW.happenTo(play, 13)));
    }

    @Test
    @Tag("H1")
    @DisplayName("Nor does the report say anything of it, whatever came of that look")
    void saysNothingOfAServerThatIsListedNoMore() {
        play(
                ONE,
                then(GateHappening.ALL_UNREACHABLE, 0),
                when(GatePlace.LOOKING, play -> GateHappening.FOLLOW.happenTo(play, 13)),
                after(Duration.ofSeconds(20), play -> play.rules().report()));
    }

    @Test
    @Tag("H1")
    @DisplayName("Each of three servers has 1.33 s of a timeout of 4 s, which is silence, though less than two seconds")
    void tellsSilenceFromHangingUp_whenTheClientsPatienceIsShort() {
        GateSetting three = ONE.withServers(3).withTimeouts(Duration.ofSeconds(4), Duration.ofSeconds(10));
        play(
                three,
                then(GateHappening.ALL_SILENT, 0),
                then(GateHappening.CUT, 0),
                after(Duration.ofMinutes(1), play -> play.rules().report()));
    }

    @Test
    @Tag("H1")
    @DisplayName(
            "The client sleeps up to a second, and is hung up on then: that is longer than a connect timeout of 500 ms")
    void tellsHangingUpFromSilence_whenTheConnectTimeoutIsShort() {
        GateSetting impatient = ONE.withTimeouts(Duration.ofSeconds(30), Duration.ofMillis(500));
        Step[] steps = new Step[60];
        steps[0] = then(GateHappening.ALL_HANG_UP, 0);
        for (int i = 1; i < steps.length; i++) {
            steps[i] = after(Duration.ofSeconds(1), play -> play.rules().report());
        }
        play(impatient, steps);
    }

    @Test
    @Tag("S-48")
    @DisplayName("A server gives a session to a handle that is retired already: it has not hung up")
    void saysNothingOfAServer_forAHandleThatHasEnded() {
        play(
                ONE,
                then(GateHappening.ALL_SILENT, 0),
                then(GateHappening.CUT, 0),
                when(GatePlace.LISTENING, GateHappening.ALL_GIVE),
                when(GatePlace.CLIENTS_PAUSE, GateHappening.RETIRE_UNHEEDED),
                when(GatePlace.ENDED, play -> play.rules().report()));
    }

    @Test
    @Tag("S-53")
    @DisplayName(
            "An hour without a server: the client, which logs each attempt, is let through some times at its beginning")
    void staysQuiet_howeverLongNoServerIsReachable() {
        for (GateHappening how : List.of(GateHappening.ALL_REFUSE, GateHappening.ALL_UNREACHABLE)) {
            play(
                    ONE.withServers(3),
                    then(how, 0),
                    then(GateHappening.CUT, 0),
                    after(AN_HOUR, play -> assertThat(play.thread().complaints())
                            .isLessThanOrEqualTo(8)),
                    after(Duration.ZERO, play -> assertThat(play.rules().pace().begunInAll())
                            .isLessThan(3 * AN_HOUR.toSeconds() + 30)));
        }
    }

    @Test
    @Tag("C6")
    @DisplayName("An hour of servers that accept and give no session: one round in five seconds")
    void keepsItsPace_howeverLongServersGiveNoSession() {
        for (GateHappening how : List.of(GateHappening.ALL_HANG_UP, GateHappening.ALL_SILENT)) {
            play(ONE.withServers(3), then(how, 0), then(GateHappening.CUT, 0), after(AN_HOUR, play -> assertThat(
                            play.rules().pace().begunInAll())
                    .isBetween(100L, 3 * AN_HOUR.toSeconds() / 5 + 30)));
        }
    }

    @Test
    @Tag("C19")
    void keepsItsPace_thoughItsThreadIsInterruptedAllTheTime() {
        List<Step> steps = new ArrayList<>();
        steps.add(then(GateHappening.ALL_HANG_UP, 0));
        for (int i = 0; i < 20_000; i++) {
            steps.add(after(Duration.ofMillis(3), GatePlay::interrupt));
        }
        steps.add(after(Duration.ZERO, play -> assertThat(play.rules().pace().begunInAll())
                .isLessThan(30)));
        play(ONE, steps.toArray(Step[]::new));
    }

    @Test
    @Tag("C1")
    void admitsRequestsOnAConnection_howeverItCameAbout() {
        play(
                ONE.withCallers(),
                then(GateHappening.ALL_REFUSE, 0),
                when(GatePlace.PAUSING, GateHappening.REQUEST),
                after(Duration.ofMillis(200), play -> play.rules().asks()),
                when(GatePlace.CLIENTS_PAUSE, GateHappening.ALL_GIVE),
                when(GatePlace.CONNECTED, play -> assertThat(play.gate().admits())
                        .isTrue()));
    }
}
