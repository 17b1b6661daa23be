package io.perennial.soak.check;

import static io.perennial.soak.check.Made.epoch;
import static io.perennial.soak.check.Made.set;
import static io.perennial.soak.check.Made.transaction;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClientsTest {
    @Test
    void knowsASessionByWhatWasTold_orElseByWhatItWrote() {
        var epochs = List.of(epoch(
                transaction(1, 7, set("/a", "#w3s1.9")),
                transaction(2, 8, set("/a", "prepared")),
                transaction(3, 8, set("/a", "w3s1.9")),
                transaction(4, 9, set("/a", "prepared")),
                transaction(5, 10, set("/latch", "w4s0"))));

        assertThat(Clients.of(Map.of(7L, "w0s0"), epochs)).isEqualTo(Map.of(7L, "w0s0", 8L, "w3s1", 10L, "w4s0"));
    }
}
