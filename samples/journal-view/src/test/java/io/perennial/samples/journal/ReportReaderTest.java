package io.perennial.samples.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.SessionState;
import io.perennial.samples.timeline.Chronicle;
import io.perennial.samples.timeline.History;
import io.perennial.samples.timeline.Transition;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportReaderTest {
    @Test
    void readsAReport() throws Exception {
        Chronicle chronicle = ReportReader.read(Reports.lostOnce(), "orders.json");

        assertThat(chronicle.source()).isEqualTo("orders.json");
        assertThat(chronicle.from()).isEqualTo(Instant.parse("2026-03-15T02:59:40Z"));
        assertThat(chronicle.to()).isEqualTo(Instant.parse("2026-03-15T04:00:00.500Z"));
        History orders = chronicle.sessions().get(0);
        assertThat(orders.session()).isEqualTo("orders");
        assertThat(orders.transitions())
                .extracting(Transition::to)
                .containsExactly(
                        SessionState.SUSPENDED, SessionState.LOST, SessionState.RESTORING, SessionState.CONNECTED);
        assertThat(orders.transitions()).extracting(Transition::generation).containsExactly(1L, null, 2L, 2L);
        assertThat(orders.transitions())
                .extracting(Transition::sessionId)
                .containsExactly(null, null, "0x10001829a1f0001", "0x10001829a1f0001");
        assertThat(orders.losses()).singleElement().satisfies(loss -> {
            assertThat(loss.kind()).isEqualTo("NO_SERVER");
            assertThat(loss.at()).isEqualTo(orders.transitions().get(1).at());
            assertThat(loss.silence()).isEqualTo(Duration.ofMillis(4_007));
        });
        assertThat(orders.restorations()).singleElement().satisfies(r -> {
            assertThat(r.took()).isEqualTo(Duration.ofMillis(100));
            assertThat(r.nodes()).isEqualTo(9);
        });
        assertThat(orders.remarks())
                .containsExactly("In the end CONNECTED, 9 of 10 nodes held, 20 of 20 watches armed.");
        assertThat(orders.problems()).containsExactly("/workers/a: somebody's <b>node</b> stands in the way");
    }

    @Test
    void readsSeveral_onOneTime() throws Exception {
        String later = Reports.lostOnce().replace("\"orders\"", "\"billing\"").replace("T04:00:00.500Z", "T05:00:00Z");

        Chronicle chronicle = ReportReader.read("[" + Reports.lostOnce() + "," + later + "]", "all.json");

        assertThat(chronicle.sessions()).extracting(History::session).containsExactly("orders", "billing");
        assertThat(chronicle.to()).isEqualTo(Instant.parse("2026-03-15T05:00:00Z"));
    }

    @Test
    void leavesAloneWhatItDoesNotKnow() throws Exception {
        String more = Reports.lostOnce().replace("\"leaseMillis\"", "\"weather\":{\"rain\":[1]},\"leaseMillis\"");

        assertThat(ReportReader.read(more, "x")).isEqualTo(ReportReader.read(Reports.lostOnce(), "x"));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"to\":\"LOST\"          | \"to\":\"DORMANT\" | newer version than this program, which knows no state"
                        + " 'DORMANT'",
                "\"transitions\"          | \"steps\"          | there is no \"transitions\"",
                "\"at\":\"2026-03-15T04:00:00.500Z\" | \"at\":\"noon\" | its \"at\" is not a moment: noon",
                "\"tookMillis\":100       | \"tookMillis\":\"long\" | there is no \"tookMillis\"",
                "\"name\":\"orders\"      | \"name\":7         | there is no \"name\"",
                "\"leaseMillis\":3900     | \"leaseMillis\":   | it is not JSON",
            })
    void saysWhatItCannotRead(String right, String wrong, String message) {
        String report = Reports.lostOnce();
        assertThat(report).contains(right);

        assertThatThrownBy(() -> ReportReader.read(report.replace(right, wrong), "x"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }
}
