package io.perennial.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.soak.fault.Verb;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FigureRowsTest {
    @Test
    void areTwoTables() {
        Recoveries recoveries = new Recoveries();
        recoveries.add(Duration.ofMillis(1_500));
        Tally tally = new Tally(
                7,
                31,
                Duration.ofSeconds(750),
                Map.of(Verb.CUT, 12, Verb.KILL_LEADER, 3, Verb.STALL, 4, Verb.EXPIRE_AT_CLIENT, 5, Verb.FREEZE, 12),
                recoveries,
                new TreeMap<>(Map.of(
                        "reads", 1_000L,
                        "writes ONCE APPLIED", 200L,
                        "writes ONCE UNKNOWN", 34L,
                        "judged: writes APPLIED", 199L,
                        "transitions to CONNECTED", 56L)));

        assertThat(FigureRows.of(tally)).isEqualTo("""
                        | seed | took | rounds | operations | writes applied | not applied | unknown \
                        | sessions lost | restorations | recoveries | p50 | p99 | slowest |
                        | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
                        | 7 | 12.5 min | 31 | 1,234 | 199 | 0 | 0 | 0 | 56 | 1 | 1.50 s | 1.50 s | 1.50 s |

                        | seed | faults | network | servers | sessions and clients | data |
                        | --- | --- | --- | --- | --- | --- |
                        | 7 | 36 | cut 12, freeze 12 | kill leader 3 | expire at client 5, stall 4 |  |
                        """);
    }
}
