package io.perennial.soak.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DrawTest {
    private static final int SERVERS = 3;
    private static final int CLIENTS = 5;
    private static final int SESSIONS = 20;

    private final List<Round> rounds = rounds(7);

    @Test
    void drawsTheSame_fromTheSameSeed() {
        assertThat(rounds(7)).isEqualTo(rounds);
        assertThat(rounds(8)).doesNotContainAnyElementsOf(rounds);
    }

    @Test
    void drawsEveryVerb() {
        Set<Verb> drawn = EnumSet.noneOf(Verb.class);
        rounds.forEach(round -> round.faults().forEach(fault -> drawn.add(fault.verb())));

        assertThat(drawn).containsExactlyInAnyOrder(Verb.values());
    }

    @Test
    void drawsFaultsThatOverlap() {
        assertThat(rounds).anySatisfy(round -> {
            Fault first = round.faults().get(0);
            assertThat(round.faults().subList(1, round.faults().size()))
                    .anySatisfy(later -> assertThat(later.offset()).isLessThan(first.end()));
        });
    }

    @Test
    void endsEveryFaultWithItsStorm() {
        assertThat(rounds).allSatisfy(round -> assertThat(round.faults())
                .isNotEmpty()
                .isSortedAccordingTo(Comparator.comparing(Fault::offset))
                .allSatisfy(fault -> assertThat(fault.end()).isLessThanOrEqualTo(round.length())));
    }

    @Test
    void hitsWhatThereIs() {
        assertThat(rounds).allSatisfy(round -> assertThat(round.faults()).allSatisfy(fault -> {
            int beyond =
                    switch (fault.verb().place()) {
                        case NETWORK, SERVERS -> SERVERS;
                        case SESSION -> SESSIONS;
                        case CLIENT -> CLIENTS;
                        case DATA -> 0;
                    };
            assertThat(fault.target()).isBetween(Fault.ALL, beyond - 1);
        }));
    }

    @Test
    void leavesTheDataAlone_inShortRuns() {
        assertThat(rounds.subList(0, 4)).noneMatch(Round::isOfData);
        assertThat(rounds).anyMatch(Round::isOfData);
    }

    @Test
    void hasStormsThatAreSoonOver_andOthersThatAreNot() {
        assertThat(rounds).anyMatch(round -> round.length().compareTo(Duration.ofSeconds(4)) < 0);
        assertThat(rounds).anyMatch(round -> round.length().compareTo(Duration.ofSeconds(20)) > 0);
        assertThat(rounds).allMatch(round -> round.length().compareTo(Duration.ofSeconds(25)) <= 0);
    }

    @Test
    void givesEachClientASeedOfItsOwn() {
        assertThat(IntStream.range(0, CLIENTS).mapToLong(client -> Draw.seedOf(7, client)))
                .doesNotHaveDuplicates();
    }

    private static List<Round> rounds(long seed) {
        Draw draw = new Draw(seed, SERVERS, CLIENTS, SESSIONS);
        return IntStream.rangeClosed(1, 200).mapToObj(draw::round).toList();
    }
}
