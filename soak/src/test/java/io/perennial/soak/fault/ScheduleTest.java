package io.perennial.soak.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScheduleTest {
    @Test
    void readsWhatItHasWritten(@TempDir Path directory) {
        Path file = directory.resolve("schedule.txt");
        Draw draw = new Draw(3, 3, 5, 20);
        List<Round> rounds = IntStream.rangeClosed(1, 30).mapToObj(draw::round).toList();

        Schedule.begin(file, 3);
        rounds.forEach(round -> Schedule.add(file, round));

        assertThat(Schedule.read(file)).isEqualTo(new Schedule(3, rounds));
    }

    @Test
    void isReadByPeople() {
        Fault fault = new Fault(Duration.ofMillis(1_500), Verb.DELAY, Fault.ALL, Duration.ofSeconds(2), 700);

        assertThat(fault).hasToString("at 1500 ms: DELAY of all for 2000 ms with 700");
    }

    @Test
    void refusesWhatIsNoFault() {
        assertThatThrownBy(() -> Schedule.parse(List.of("seed 1", "round 1 of 5 ms", "  at noon: TEA of all")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("TEA");
    }
}
