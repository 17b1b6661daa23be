package io.perennial.internal.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.connect.GatePlay.Script;
import io.perennial.testing.Broken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Everything that can happen, wherever the thread is that connects, by the shortest way there; and then everything else
 * on top of it. Whatever it is, what must be so at any time is so, and once all is well the handle connects.
 */
class EveryGateEventTest {
    private static final int[] AMOUNTS = {0, 101, 502};
    private static final GateSetting THREE =
            GateSetting.DEFAULT.withServers(3).withTimeouts(Duration.ofSeconds(9), Duration.ofSeconds(3));

    /** The shortest way to each place. */
    private enum Way {
        RESOLVING(GatePlace.RESOLVING, GateHappening.CUT, GateHappening.NAME_SLOW),
        PAUSING_BRIEFLY(GatePlace.PAUSING, GateHappening.ALL_REFUSE),
        WAITING_FOR_OWNER(GatePlace.WAITING_FOR_OWNER, GateHappening.OWNER_GONE, GateHappening.CUT),
        LOOKING(GatePlace.LOOKING, GateHappening.ALL_UNREACHABLE, GateHappening.CUT),
        LISTENING(GatePlace.LISTENING, GateHappening.ALL_SILENT, GateHappening.CUT),
        IN_THE_CLIENTS_PAUSE(GatePlace.CLIENTS_PAUSE, GateHappening.CUT),
        CONNECTING(GatePlace.CONNECTING, GateHappening.ALL_UNREACHABLE, GateHappening.CUT),
        SHAKING_HANDS(GatePlace.HANDSHAKE, GateHappening.ALL_SILENT, GateHappening.CUT),
        CLEANING_UP(GatePlace.CLEANING_UP, GateHappening.CUT),
        CONNECTED(GatePlace.CONNECTED),
        READ_ONLY(GatePlace.READ_ONLY, GateHappening.READ_ONLY, GateHappening.CUT),
        ENDING(GatePlace.ENDING, GateHappening.ALL_REFUSE, GateHappening.CLOSE),
        ENDED(GatePlace.ENDED, GateHappening.RETIRE);

        private final GatePlace place;
        private final List<GateHappening> steps;

        Way(GatePlace place, GateHappening... steps) {
            this.place = place;
            this.steps = List.of(steps);
        }
    }

    /** The way to a place, the events as soon as the thread is there, and then all is well. */
    private static final class Course implements Script {
        private final Way way;
        private final List<GateHappening> events;
        private final int amount;
        private final long passes;
        private final GateEnding ending = new GateEnding();
        private int step;
        private int event;
        private long due;
        private boolean arrived;

        private Course(Way way, List<GateHappening> events, int amount, long passes) {
            this.way = way;
            this.events = events;
            this.amount = amount;
            this.passes = passes;
        }

        @Override
        public long due(GatePlay play, GatePlace place, long entered) {
            if (step < way.steps.size()) {
                boolean toClose = way.steps.get(step) == GateHappening.CLOSE;
                return !toClose || place == GatePlace.PAUSING ? play.now() : GatePlay.FOR_EVER;
            }
            if (!arrived && place != way.place) {
                return GatePlay.FOR_EVER;
            }
            if (event < events.size()) {
                return play.now();
            }
            return play.now() < due ? due : ending.due(play, place, entered);
        }

        @Override
        public void happen(GatePlay play) {
            if (step < way.steps.size()) {
                way.steps.get(step++).happenTo(play, AMOUNTS[1]);
            } else if (event < events.size()) {
                arrived = true;
                events.get(event++).happenTo(play, amount);
                due = play.now() + passes;
            } else if (play.now() >= due) {
                ending.happen(play);
            }
        }

        private String failure(List<String> trace) {
            var play = new GatePlay(setting(), amount, this, trace);
            try {
                play.run();
                assertThat(arrived).as("reaches " + way.place).isTrue();
                return "";
            } catch (Broken e) {
                return e.getMessage();
            }
        }

        private GateSetting setting() {
            // In part with a client that makes no pauses, unless that is where the way leads.
            return way == Way.IN_THE_CLIENTS_PAUSE || amount % 2 == 0 ? place() : place().withPromptClient();
        }

        private GateSetting place() {
            return switch (way) {
                case RESOLVING, READ_ONLY -> THREE.withServers(1);
                default -> THREE;
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void isRight_whateverHappensThere(Way way) {
        for (GateHappening what : GateHappening.values()) {
            for (int amount : AMOUNTS) {
                for (long passes : new long[] {0, GatePlay.millis(60_000)}) {
                    one(way, List.of(what), amount, passes);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void isRight_whateverHappensNext(Way way) {
        for (GateHappening first : GateHappening.values()) {
            for (GateHappening second : GateHappening.values()) {
                one(way, List.of(first, second), AMOUNTS[2], GatePlay.millis(10_000));
            }
        }
    }

    private static void one(Way way, List<GateHappening> events, int amount, long passes) {
        String failure = new Course(way, events, amount, passes).failure(null);
        if (!failure.isEmpty()) {
            var trace = new ArrayList<String>();
            new Course(way, events, amount, passes).failure(trace);
            assertThat(trace).as(failure).isEmpty();
        }
    }

    @Test
    void hasAWayToEachPlace() {
        var reached = EnumSet.noneOf(GatePlace.class);
        for (Way way : Way.values()) {
            reached.add(way.place);
        }
        assertThat(reached).containsExactlyInAnyOrder(GatePlace.values());
    }
}
