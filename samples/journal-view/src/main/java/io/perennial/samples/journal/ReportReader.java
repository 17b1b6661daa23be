package io.perennial.samples.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.perennial.SessionState;
import io.perennial.samples.timeline.Chronicle;
import io.perennial.samples.timeline.History;
import io.perennial.samples.timeline.Loss;
import io.perennial.samples.timeline.Restoration;
import io.perennial.samples.timeline.Transition;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what {@link io.perennial.SessionReport#toJson()} has written, one report or an array of them. */
final class ReportReader {
    /** The maximum number of transitions in a report: there may have been earlier ones. */
    private static final int FULL = 32;

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final List<History> histories = new ArrayList<>();
    private final List<Instant> moments = new ArrayList<>();

    private ReportReader() {}

    static Chronicle read(String text, String source) throws IOException {
        JsonNode json;
        try {
            json = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IOException("it is not JSON: " + e.getOriginalMessage(), e);
        }
        try {
            return chronicle(json, source);
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
            throw new IOException("it has times that no session can report: " + e.getMessage(), e);
        }
    }

    private static Chronicle chronicle(JsonNode json, String source) throws IOException {
        var reader = new ReportReader();
        for (JsonNode report : json.isArray() ? json : List.of(json)) {
            reader.report(report);
        }
        if (reader.histories.isEmpty()) {
            throw new IOException("there is no report in it");
        }
        List<Instant> sorted = reader.moments.stream().sorted().toList();
        return new Chronicle(source, sorted.get(0), sorted.get(sorted.size() - 1), reader.histories);
    }

    private void report(JsonNode report) throws IOException {
        Instant at = instant(report, "at");
        moments.add(at);
        List<Transition> transitions = new ArrayList<>();
        List<Loss> losses = new ArrayList<>();
        for (JsonNode t : array(report, "transitions")) {
            Transition transition = transition(t, report.path("session"));
            transitions.add(transition);
            JsonNode diagnosis = t.path("diagnosis");
            if (diagnosis.isObject()) {
                losses.add(new Loss(
                        transition.at(),
                        text(diagnosis, "kind"),
                        millis(diagnosis, "silenceMillis"),
                        millis(diagnosis, "longestPauseMillis"),
                        text(diagnosis, "explanation")));
            }
        }
        List<Restoration> restorations = new ArrayList<>();
        for (JsonNode r : array(report, "restorations")) {
            restorations.add(new Restoration(
                    instant(r, "at"),
                    millis(r, "tookMillis"),
                    number(r, "generation"),
                    text(r, "attachment"),
                    count(r, "nodes"),
                    count(r, "watches"),
                    r.path("completed").asBoolean()));
        }
        if (!transitions.isEmpty()) {
            moments.add(began(transitions.get(0)));
        }
        histories.add(new History(
                text(report, "name"),
                transitions,
                losses,
                restorations,
                List.of(),
                remarks(report, transitions),
                problems(report)));
    }

    private static Instant began(Transition first) {
        return first.from() == SessionState.LATENT ? first.at() : first.at().minus(first.inPrevious());
    }

    private static Transition transition(JsonNode t, JsonNode session) throws IOException {
        Long generation = t.path("generation").isNumber() ? number(t, "generation") : null;
        return new Transition(
                instant(t, "at"),
                state(t, "from"),
                state(t, "to"),
                text(t, "cause"),
                millis(t, "inPreviousStateMillis"),
                generation,
                sessionId(generation, session),
                text(t, "detail"));
    }

    /** A report knows only the id of its current session. */
    private static @Nullable String sessionId(@Nullable Long generation, JsonNode session) {
        JsonNode id = session.path("sessionId");
        boolean present = generation != null && session.path("generation").asLong() == generation;
        return present && id.isTextual() ? id.textValue() : null;
    }

    private static List<String> remarks(JsonNode report, List<Transition> transitions) throws IOException {
        List<String> remarks = new ArrayList<>();
        if (transitions.size() >= FULL) {
            remarks.add("A report keeps the last " + FULL + " transitions; a recording has what was before.");
        }
        JsonNode nodes = report.path("nodes");
        JsonNode watches = report.path("watches");
        if (nodes.isObject() && watches.isObject()) {
            remarks.add("In the end " + state(report, "state") + ", " + number(nodes, "held") + " of "
                    + number(nodes, "wanted") + " nodes held, " + number(watches, "armed") + " of "
                    + number(watches, "wanted") + " watches armed.");
        }
        return remarks;
    }

    private static List<String> problems(JsonNode report) {
        List<String> problems = new ArrayList<>();
        report.path("problems").forEach(problem -> problems.add(problem.asText()));
        return problems;
    }

    private static SessionState state(JsonNode node, String field) throws IOException {
        String name = text(node, field);
        return Stream.of(SessionState.values())
                .filter(state -> state.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IOException(
                        "it is of a newer version than this program, which knows no state '" + name + "'"));
    }

    private static Instant instant(JsonNode node, String field) throws IOException {
        try {
            return Instant.parse(text(node, field));
        } catch (DateTimeException e) {
            throw new IOException("its \"" + field + "\" is not a moment: " + text(node, field), e);
        }
    }

    private static Duration millis(JsonNode node, String field) throws IOException {
        return Duration.ofMillis(number(node, field));
    }

    private static int count(JsonNode node, String field) throws IOException {
        if (!node.path(field).canConvertToInt()) {
            throw strange(field);
        }
        return Math.toIntExact(number(node, field));
    }

    private static long number(JsonNode node, String field) throws IOException {
        if (!node.path(field).isIntegralNumber() || !node.path(field).canConvertToLong()) {
            throw strange(field);
        }
        return node.path(field).longValue();
    }

    private static String text(JsonNode node, String field) throws IOException {
        if (!node.path(field).isTextual()) {
            throw strange(field);
        }
        return node.path(field).textValue();
    }

    private static JsonNode array(JsonNode node, String field) throws IOException {
        if (!node.path(field).isArray()) {
            throw strange(field);
        }
        return node.path(field);
    }

    private static IOException strange(String field) {
        return new IOException(
                "it is not a session's report, or one of another version: there is no \"" + field + "\"");
    }
}
