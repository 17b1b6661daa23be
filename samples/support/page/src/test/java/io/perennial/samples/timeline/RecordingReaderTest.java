package io.perennial.samples.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.SessionState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import jdk.jfr.Event;
import jdk.jfr.Name;
import jdk.jfr.Recording;
import jdk.jfr.Timespan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingReaderTest {
    @TempDir
    private Path directory;

    @Name("io.perennial.Transition")
    static class Transition extends Event {
        String session;
        String from;
        String to;
        String cause;
        long generation;
        String sessionId;

        @Timespan(Timespan.MILLISECONDS)
        long inPreviousState;

        String detail;
    }

    @Name("io.perennial.Loss")
    static class Loss extends Event {
        String session;
        String kind;

        @Timespan(Timespan.MILLISECONDS)
        long silence;

        @Timespan(Timespan.MILLISECONDS)
        long longestPause;

        String explanation;
    }

    @Name("io.perennial.OrphanEnded")
    static class OrphanEnded extends Event {
        String owner;
        String session;
    }

    @Name("io.perennial.LeaseLapsed")
    static class LeaseLapsed extends Event {
        String session;
        long generation;

        @Timespan(Timespan.MILLISECONDS)
        long silence;
    }

    @Name("io.perennial.SlowCallback")
    static class SlowCallback extends Event {
        String session;
        String callback;
    }

    @Name("io.perennial.Restoration")
    static class Restoration extends Event {
        String session;
        long generation;
        String attachment;
        int nodes;
        int watches;
        boolean completed;
    }

    @Name("io.perennial.OfALaterVersion")
    static class Unheard extends Event {
        String what = "of";
    }

    @Test
    void readsWhatSessionsTell() throws Exception {
        Chronicle chronicle = record(() -> {
            transition("orders", "LATENT", "CONNECTING", 0, "");
            transition("orders", "CONNECTED", "LOST", 3, "0x3");
            var loss = new Loss();
            loss.session = "orders";
            loss.kind = "NO_SERVER";
            loss.silence = 4_007;
            loss.longestPause = 12;
            loss.explanation = "no server could be reached";
            loss.commit();
            var restoration = new Restoration();
            restoration.begin();
            restoration.session = "orders";
            restoration.generation = 3;
            restoration.attachment = "RESUMED";
            restoration.nodes = 10;
            restoration.watches = 20;
            restoration.completed = true;
            restoration.commit();
            var orphan = new OrphanEnded();
            orphan.owner = "web application /shop";
            orphan.session = "billing";
            orphan.commit();
            var callback = new SlowCallback();
            callback.begin();
            callback.session = "orders";
            callback.callback = "Rebalancer";
            callback.commit();
            Remark.make("orders", "the network is cut");
            var lapsed = new LeaseLapsed();
            lapsed.session = "orders";
            lapsed.generation = 3;
            lapsed.silence = 1_500;
            lapsed.commit();
            new Unheard().commit();
        });

        assertThat(chronicle.sessions()).extracting(History::session).containsExactly("billing", "orders");
        History orders = chronicle.sessions().get(1);
        assertThat(orders.transitions()).hasSize(2);
        assertThat(orders.transitions().get(0).generation()).isNull();
        assertThat(orders.transitions().get(0).sessionId()).isNull();
        assertThat(orders.transitions().get(1)).satisfies(t -> {
            assertThat(t.from()).isEqualTo(SessionState.CONNECTED);
            assertThat(t.to()).isEqualTo(SessionState.LOST);
            assertThat(t.generation()).isEqualTo(3);
            assertThat(t.sessionId()).isEqualTo("0x3");
            assertThat(t.inPrevious()).isEqualTo(Duration.ofMillis(1_234));
            assertThat(t.detail()).isEqualTo("a sentence");
            assertThat(t.at()).isBetween(chronicle.from(), chronicle.to());
        });
        assertThat(orders.losses()).singleElement().satisfies(loss -> {
            assertThat(loss.kind()).isEqualTo("NO_SERVER");
            assertThat(loss.silence()).isEqualTo(Duration.ofMillis(4_007));
            assertThat(loss.longestPause()).isEqualTo(Duration.ofMillis(12));
        });
        assertThat(orders.restorations()).singleElement().satisfies(r -> {
            assertThat(r.attachment()).isEqualTo("RESUMED");
            assertThat(r.nodes()).isEqualTo(10);
            assertThat(r.watches()).isEqualTo(20);
            assertThat(r.completed()).isTrue();
        });
        assertThat(orders.notes())
                .extracting(Note::text)
                .containsExactly(
                        "Rebalancer",
                        "the network is cut",
                        "from here on the servers may have expired generation 3 (1500 ms after the last acknowledged"
                                + " request was sent)");
        assertThat(chronicle.sessions().get(0).notes())
                .extracting(Note::text)
                .containsExactly("its owner had ended: web application /shop");
    }

    @Test
    void saysThatItDoesNotKnowAState() {
        assertThatThrownBy(() -> record(() -> transition("orders", "CONNECTED", "DORMANT", 1, "0x1")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not know")
                .hasMessageContaining("DORMANT");
    }

    @Test
    void findsNoSession_whereThereIsNone() throws Exception {
        assertThat(record(() -> {}).sessions()).isEmpty();
    }

    private Chronicle record(Runnable what) throws IOException {
        Path file = directory.resolve("x.jfr");
        try (var recording = new Recording()) {
            recording.start();
            what.run();
            recording.stop();
            recording.dump(file);
        }
        assertThat(Files.size(file)).isPositive();
        return RecordingReader.read(file, "x.jfr");
    }

    private static void transition(String session, String from, String to, long generation, String id) {
        var event = new Transition();
        event.session = session;
        event.from = from;
        event.to = to;
        event.cause = "CONNECTION_LOST";
        event.generation = generation;
        event.sessionId = id;
        event.inPreviousState = 1_234;
        event.detail = "a sentence";
        event.commit();
    }
}
