package io.perennial.samples.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PeerTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    void remembersThoseThatAreGone_andWhenEachChanged() {
        List<Peer> first = Peer.after(Set.of("8080", "10080", "8081"), List.of(), NOON);
        List<Peer> second = Peer.after(Set.of("10080", "8081"), first, NOON.plusSeconds(1));
        List<Peer> third = Peer.after(Set.of("8080", "8081"), second, NOON.plusSeconds(2));

        assertThat(first)
                .containsExactly(
                        new Peer("8080", true, NOON), new Peer("8081", true, NOON), new Peer("10080", true, NOON));
        assertThat(second)
                .containsExactly(
                        new Peer("8080", false, NOON.plusSeconds(1)),
                        new Peer("8081", true, NOON),
                        new Peer("10080", true, NOON));
        assertThat(third)
                .containsExactly(
                        new Peer("8080", true, NOON.plusSeconds(2)),
                        new Peer("8081", true, NOON),
                        new Peer("10080", false, NOON.plusSeconds(2)));
    }
}
