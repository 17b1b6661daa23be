package io.perennial.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.SessionState;
import io.perennial.testing.Broken;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that can happen, in every state, by the shortest way there; and then everything else on top of it.
 * Whatever it is, no transition is illegal, what must be so at any time is so, and once all is well the session is
 * connected.
 */
class EveryEventTest {
    private static final PlaySetting WITH_READ_ONLY = PlaySetting.DEFAULT.withReadOnlyAllowed();

    private static final int[] AMOUNTS = {100, 501, 902};
    /** All pairs, unless fewer random plays are asked for than there are by default. */
    private static final long ONE_PAIR_IN = Math.max(1, 10_000 / Long.getLong("plays", 10_000));

    /** The shortest way to each state. */
    private enum Way {
        CONNECTING(SessionState.CONNECTING),
        CONNECTING_WITHOUT_SERVER(SessionState.CONNECTING, Happening.SERVERS_DOWN, Happening.TICK),
        CONNECTING_UNANSWERED(SessionState.CONNECTING, Happening.THROTTLED, Happening.TICK),
        RESTORING(SessionState.RESTORING, Happening.SLOW_RESTORATION, Happening.TICK),
        CONNECTED(SessionState.CONNECTED, Happening.TICK),
        READ_ONLY(SessionState.READ_ONLY, Happening.QUORUM_LOST, Happening.TICK),
        READ_ONLY_WITH_SESSION(
                SessionState.READ_ONLY, Happening.TICK, Happening.QUORUM_LOST, Happening.TICK, Happening.SOME_TIME),
        SUSPENDED(SessionState.SUSPENDED, Happening.TICK, Happening.SERVERS_DOWN, Happening.TICK),
        LOST(SessionState.LOST, Happening.TICK, Happening.SERVERS_DOWN, Happening.LONG_TIME),
        LOST_BY_THE_SERVER(
                SessionState.LOST,
                Happening.TICK,
                Happening.HANDLE_THREAD_STUCK,
                Happening.SESSION_CLOSED_BY_ADMINISTRATOR,
                Happening.SOME_TIME),
        FAILED_BY_CREDENTIALS(
                SessionState.FAILED, Happening.TICK, Happening.HANDLE_THREAD_STUCK, Happening.AUTHENTICATION_FAILS),
        FAILED_WITHOUT_ROOT(SessionState.FAILED, Happening.ROOT_VANISHES, Happening.TICK),
        FAILED_BY_AN_ERROR(SessionState.FAILED, Happening.TICK, Happening.HANDLE_THREAD_STUCK, Happening.ENGINE_FAILS),
        FAILED_WITHOUT_HANDLE(
                SessionState.FAILED,
                Happening.TICK,
                Happening.HANDLES_CANNOT_BE_MADE,
                Happening.SESSION_CLOSED_BY_ADMINISTRATOR,
                Happening.SOME_TIME);

        private final SessionState state;
        private final List<Happening> steps;

        Way(SessionState state, Happening... steps) {
            this.state = state;
            this.steps = List.of(steps);
        }

        void go(Play play) {
            play.start();
            steps.forEach(step -> play.happens(step, AMOUNTS[0]));
            assertThat(play.state()).isEqualTo(state);
        }
    }

    private static Stream<PlaySetting> settings() {
        return Stream.of(WITH_READ_ONLY, WITH_READ_ONLY.withoutResumption());
    }

    @ParameterizedTest
    @EnumSource
    void isRight_whateverHappensInIt(Way way) {
        settings().forEach(setting -> {
            for (Happening what : Happening.values()) {
                for (int amount : AMOUNTS) {
                    for (long passes : new long[] {0, Play.TIMEOUT * 3L / 2}) {
                        one(setting, amount, way, List.of(what), passes);
                    }
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void isRight_whateverHappensNext(Way way) {
        for (Happening first : Happening.values()) {
            for (Happening second : Happening.values()) {
                if ((31L * first.ordinal() + second.ordinal()) % ONE_PAIR_IN == 0) {
                    one(WITH_READ_ONLY, AMOUNTS[2], way, List.of(first, second), Play.TIMEOUT);
                }
            }
        }
    }

    private static void one(PlaySetting setting, int amount, Way way, List<Happening> events, long passes) {
        String failure = failure(setting, amount, way, events, passes, null);
        if (!failure.isEmpty()) {
            var trace = new ArrayList<String>();
            failure(setting, amount, way, events, passes, trace);
            assertThat(trace).as(failure).isEmpty();
        }
    }

    private static String failure(
            PlaySetting setting, int amount, Way way, List<Happening> events, long passes, List<String> trace) {
        var play = new Play(setting, amount, trace);
        try {
            way.go(play);
            events.forEach(what -> play.happens(what, amount));
            play.pass(passes);
            play.recover();
            return "";
        } catch (Broken e) {
            return e.getMessage();
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void endsInEveryState(PlaySetting setting) {
        for (Way way : Way.values()) {
            for (Happening after : Happening.values()) {
                var play = new Play(setting, 1, null);
                way.go(play);
                play.close();
                play.happens(after, AMOUNTS[1]);
                play.endure(2L * Play.TIMEOUT, 0);
                assertThat(play.state()).isEqualTo(SessionState.CLOSED);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(SessionState.class)
    void hasAWayToEachState(SessionState state) {
        var reached = EnumSet.of(SessionState.LATENT, SessionState.CLOSED);
        for (Way way : Way.values()) {
            reached.add(way.state);
        }
        assertThat(reached).contains(state);
    }
}
