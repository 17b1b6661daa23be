package io.perennial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.perennial.SessionReport.Attachment;
import io.perennial.SessionReport.Entry;
import io.perennial.SessionReport.Restoration;
import io.perennial.SessionTransition.Cause;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionReportTest {
    private static final ObjectMapper JACKSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Instant AT = Instant.parse("2026-03-01T03:00:00Z");
    private static final SessionInfo SESSION = new SessionInfo(
            2,
            0x10000a3f2c40001L,
            Duration.ofSeconds(80),
            Duration.ofSeconds(20),
            InetSocketAddress.createUnresolved("zk1", 2181),
            AT.minusSeconds(60));
    private static final LossDiagnosis LOSS = new LossDiagnosis(
            LossDiagnosis.Kind.NO_SERVER, Duration.ofSeconds(21), Duration.ofMillis(12), "no server could be reached");
    private static final List<SessionTransition> TRANSITIONS = List.of(
            transition(SessionState.SUSPENDED, SessionState.LOST, Cause.LEASE_ELAPSED, null, 20_000, LOSS),
            transition(SessionState.LOST, SessionState.RESTORING, Cause.SESSION_CREATED, SESSION, 3_000, null),
            transition(SessionState.RESTORING, SessionState.CONNECTED, Cause.RESTORED, SESSION, 40, null));

    @Test
    void isReadByAJsonLibrary_fieldByField() throws Exception {
        JsonNode json = JACKSON.readTree(report("orders", "all is well").toJson());

        assertThat(json.properties())
                .extracting(field -> field.getKey())
                .containsExactly(
                        "name",
                        "at",
                        "state",
                        "inStateMillis",
                        "session",
                        "leaseMillis",
                        "roundTripMicros",
                        "nodes",
                        "watches",
                        "callbackFailures",
                        "serverRelease",
                        "problems",
                        "lastLoss",
                        "transitions",
                        "restorations");
        assertThat(json).isEqualTo(JACKSON.readTree("""
                {"name": "orders", "at": "2026-03-01T03:00:00Z", "state": "CONNECTED", "inStateMillis": 5000,
                 "session": {"generation": 2, "sessionId": "0x10000a3f2c40001", "requestedTimeoutMillis": 80000,
                   "negotiatedTimeoutMillis": 20000, "server": "zk1/<unresolved>:2181",
                   "establishedAt": "2026-03-01T02:59:00Z"},
                 "leaseMillis": 19000, "roundTripMicros": 412, "nodes": {"wanted": 4, "held": 3},
                 "watches": {"wanted": 2, "armed": 1},
                 "callbackFailures": 7, "serverRelease": "of ZooKeeper 3.6 or later", "problems": ["all is well"],
                 "lastLoss": {"kind": "NO_SERVER", "silenceMillis": 21000, "longestPauseMillis": 12,
                   "explanation": "no server could be reached"},
                 "transitions": [
                   {"at": "2026-03-01T02:59:51.960Z", "from": "SUSPENDED", "to": "LOST", "cause": "LEASE_ELAPSED",
                    "inPreviousStateMillis": 20000, "generation": null, "detail": "to LOST",
                    "diagnosis": {"kind": "NO_SERVER", "silenceMillis": 21000, "longestPauseMillis": 12,
                      "explanation": "no server could be reached"}},
                   {"at": "2026-03-01T02:59:54.960Z", "from": "LOST", "to": "RESTORING", "cause": "SESSION_CREATED",
                    "inPreviousStateMillis": 3000, "generation": 2, "detail": "to RESTORING", "diagnosis": null},
                   {"at": "2026-03-01T02:59:55Z", "from": "RESTORING", "to": "CONNECTED", "cause": "RESTORED",
                    "inPreviousStateMillis": 40, "generation": 2, "detail": "to CONNECTED", "diagnosis": null}],
                 "restorations": [{"at": "2026-03-01T02:59:54.960Z", "tookMillis": 40, "generation": 2,
                    "attachment": "NEW_SESSION", "nodes": 3, "watches": 1, "completed": true}]}
                """.replace(
                        "zk1/<unresolved>:2181", SESSION.server().toString())));
    }

    @Test
    void isTheSameAsMaps_whichNobodyCanChange() throws Exception {
        for (SessionReport report : List.of(report("orders", "all is well"), latent())) {
            Map<String, Object> fields = report.toMap();

            assertThat(JACKSON.writeValueAsString(fields)).isEqualTo(report.toJson());
            assertThatThrownBy(() -> fields.put("name", "stock")).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> ((Map<?, ?>) fields.get("nodes")).clear())
                    .isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void refusesToWriteWhatJsonDoesNotHave() {
        assertThatThrownBy(() -> JsonWriter.write(Map.of("state", SessionState.CONNECTED)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SessionState")
                .hasMessageContaining("CONNECTED");
    }

    @Test
    void saysNull_whereNothingIsKnown() throws Exception {
        JsonNode json = JACKSON.readTree(latent().toJson());

        assertThat(json.get("session").isNull()).isTrue();
        assertThat(json.get("roundTripMicros").isNull()).isTrue();
        assertThat(json.get("lastLoss").isNull()).isTrue();
        assertThat(json.get("problems")).isEmpty();
        assertThat(json.get("transitions")).isEmpty();
        assertThat(json.get("restorations")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quote \" backslash \\ slash / \\u0041",
                "\0 \b \t \n \f \r \u001f \u007f \u0085 \u009f",
                "\u2028 \u2029 </script>",
                "\ud83d\ude00 \ufeff \uffff \u00e9",
                "{\"name\": [1, null]}",
                ""
            })
    void keepsWhateverIsInAString(String hostile) throws Exception {
        String json = report(hostile, hostile).toJson();

        // As a file or a socket would have it.
        JsonNode read = JACKSON.readTree(json.getBytes(StandardCharsets.UTF_8));
        assertThat(read.get("name").textValue()).isEqualTo(hostile);
        assertThat(read.get("problems").get(0).textValue()).isEqualTo(hostile);
        assertThat(json.chars()).as("one line of printable text").noneMatch(Character::isISOControl);
    }

    @Test
    void escapesHalvesOfCharacters_whichHaveNoUtf8() throws Exception {
        for (String half : List.of("\ud83d", "\ude00", "a\ud83dz", "\ude00\ud83d", "\ud83d\ud83d\ude00")) {
            String json = report(half, "").toJson();

            assertThat(new String(json.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                    .isEqualTo(json);
            assertThat(JACKSON.readTree(json).get("name").textValue()).isEqualTo(half);
        }
    }

    @Test
    void reckonsTimesBackwards_fromTheReportsOwn() {
        assertThat(report("orders", "").timeline())
                .containsExactly(
                        new Entry(AT.minusMillis(8_040), TRANSITIONS.get(0)),
                        new Entry(AT.minusMillis(5_040), TRANSITIONS.get(1)),
                        new Entry(AT.minusMillis(5_000), TRANSITIONS.get(2)));
    }

    @Test
    void tellsPeople() {
        assertThat(report("orders", "/taken: a stranger has it").toString().lines())
                .containsExactly(
                        "session 'orders' at 2026-03-01T03:00:00Z: CONNECTED for 5000 ms",
                        "  session: 0x10000a3f2c40001, generation 2, at " + SESSION.server()
                                + ", since 2026-03-01T02:59:00Z",
                        "  servers: of ZooKeeper 3.6 or later",
                        "  timeout: 20 s granted, 80 s asked for",
                        "  lease: held for 19 s more",
                        "  heartbeat: answered within 0.412 ms",
                        "  nodes: 3 held of 4 wanted",
                        "  watches: 1 armed of 2 wanted",
                        "  callbacks: 7 threw or were rejected",
                        "  last loss: NO_SERVER after 21 s of silence, longest pause 12 ms:"
                                + " no server could be reached",
                        "  problem: /taken: a stranger has it",
                        "  history:",
                        "    2026-03-01T02:59:51.960Z: SUSPENDED -> LOST after 20 s (LEASE_ELAPSED): to LOST",
                        "    2026-03-01T02:59:54.960Z: LOST -> RESTORING after 3000 ms (SESSION_CREATED): to RESTORING",
                        "    2026-03-01T02:59:54.960Z: restored within 40 ms (NEW_SESSION): generation 2, nodes 3,"
                                + " watches 1",
                        "    2026-03-01T02:59:55Z: RESTORING -> CONNECTED after 40 ms (RESTORED): to CONNECTED");
        assertThat(latent().toString().lines())
                .containsExactly(
                        "session 'orders' at 2026-03-01T03:00:00Z: LATENT for 3 h 5 min",
                        "  session: none at the servers",
                        "  nodes: 0 held of 0 wanted",
                        "  watches: 0 armed of 0 wanted");
    }

    @Test
    void keepsItsOwnCopies() {
        var problems = new ArrayList<>(List.of("one"));
        SessionReport report = new SessionReport(
                "orders",
                AT,
                SessionState.FAILED,
                Duration.ZERO,
                null,
                Duration.ZERO,
                null,
                0,
                0,
                0,
                0,
                0,
                problems,
                null,
                List.of(),
                List.of());

        problems.clear();

        assertThat(report.problems()).containsExactly("one");
    }

    private static SessionReport report(String name, String problem) {
        return new SessionReport(
                name,
                AT,
                SessionState.CONNECTED,
                Duration.ofSeconds(5),
                SESSION,
                Duration.ofSeconds(19),
                Duration.ofNanos(412_900),
                4,
                3,
                2,
                1,
                7,
                List.of(problem),
                LOSS,
                TRANSITIONS,
                List.of(new Restoration(
                        AT.minusMillis(5_040), Duration.ofMillis(40), 2, Attachment.NEW_SESSION, 3, 1, true)),
                "of ZooKeeper 3.6 or later");
    }

    private static SessionReport latent() {
        return new SessionReport(
                "orders",
                AT,
                SessionState.LATENT,
                Duration.ofMinutes(185),
                null,
                Duration.ZERO,
                null,
                0,
                0,
                0,
                0,
                0,
                List.of(),
                null,
                List.of(),
                List.of());
    }

    private static SessionTransition transition(
            SessionState from, SessionState to, Cause cause, SessionInfo session, long millis, LossDiagnosis loss) {
        return new SessionTransition(from, to, cause, session, Duration.ofMillis(millis), loss, "to " + to);
    }
}
